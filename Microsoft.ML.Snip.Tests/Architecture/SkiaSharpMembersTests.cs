using System.Reflection;
using Microsoft.ML.Data;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>
/// ML.NET brings SkiaSharp 2.88; programs may bring 3 or 4, for which nothing is compiled anew. So the library uses only what is there,
/// with the same signature, in all of them: what stands here was compared in 2.88.9, 3.119.0, 3.119.4, 4.153.1 and 4.155.0.
/// </summary>
[TestClass]
public class SkiaSharpMembersTests
{
    private static readonly Assembly Library = typeof(SnipPredictor).Assembly;

    private static readonly string[] InAllVersions =
    [
        "SKBitmap: IntPtr GetPixels()",
        "SKBitmap: SkiaSharp.SKImageInfo get_Info()",
        "SKCodec: SkiaSharp.SKCodec Create(SkiaSharp.SKData)",
        "SKCodec: SkiaSharp.SKCodecResult GetPixels(SkiaSharp.SKImageInfo, IntPtr)",
        "SKCodec: SkiaSharp.SKCodecResult IncrementalDecode()",
        "SKCodec: SkiaSharp.SKCodecResult StartIncrementalDecode(SkiaSharp.SKImageInfo, IntPtr, Int32)",
        "SKCodec: SkiaSharp.SKEncodedImageFormat get_EncodedFormat()",
        "SKCodec: SkiaSharp.SKEncodedOrigin get_EncodedOrigin()",
        "SKCodec: SkiaSharp.SKImageInfo get_Info()",
        "SKCodec: SkiaSharp.SKSizeI GetScaledDimensions(Single)",
        "SKData: SkiaSharp.SKData CreateCopy(System.ReadOnlySpan`1[System.Byte])",
        "SKImageInfo: Int32 get_BytesSize()",
        "SKImageInfo: Int32 get_RowBytes()",
        "SKImageInfo: SkiaSharp.SKAlphaType get_AlphaType()",
        "SKImageInfo: Int32 get_Height()",
        "SKImageInfo: Int32 get_Width()",
        "SKImageInfo: Void .ctor(Int32, Int32, SkiaSharp.SKColorType, SkiaSharp.SKAlphaType)",
        "SKSizeI: Int32 get_Height()",
        "SKSizeI: Int32 get_Width()",
        "SKSizeI: Void .ctor(Int32, Int32)",
    ];

    [TestMethod]
    public void OnlyMembersOfEveryVersionAreUsed()
    {
        string[] used =
            [.. UsedMembers().Where(member => IsSkiaSharp(member.DeclaringType)).Select(Describe).Distinct().Order(StringComparer.Ordinal)];
        string[] others = [.. used.Except(InAllVersions)];
        Assert.IsEmpty(others, string.Join(Environment.NewLine, others));
        Assert.Contains("SKCodec: SkiaSharp.SKCodecResult GetPixels(SkiaSharp.SKImageInfo, IntPtr)", used, "the search finds something");
    }

    [TestMethod]
    public void MLImageIsNotAskedForWhatItCannotGiveWithLaterVersions()
    {
        string[] broken = [nameof(MLImage.Pixels), nameof(MLImage.Save)];
        string[] used =
            [.. UsedMembers().Where(member => member.DeclaringType == typeof(MLImage)).Select(member => member.Name).Distinct()];
        Assert.IsEmpty(used.Where(name => broken.Contains(name.Replace("get_", string.Empty, StringComparison.Ordinal))).ToArray());
        Assert.Contains("CreateFromPixels", used, "the search finds something");
    }

    private static IEnumerable<MemberInfo> UsedMembers() =>
        Library.GetTypes().SelectMany(TypeMentions.MethodsOf).SelectMany(Instructions.MembersNamedBy).Where(member => member is not Type);

    private static bool IsSkiaSharp(Type? type) => type?.Assembly.GetName().Name == "SkiaSharp";

    private static string Describe(MemberInfo member) => $"{member.DeclaringType!.Name}: {member}";
}
