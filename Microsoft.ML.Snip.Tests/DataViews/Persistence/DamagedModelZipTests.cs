using System.IO.Compression;

namespace Microsoft.ML.Snip.Tests.DataViews.Persistence;

/// <summary>
/// A model zip whose model stream is not what was saved is refused by <c>mlContext.Model.Load</c>. ML.NET calls loaders by reflection, so
/// the innermost exception says what is wrong.
/// </summary>
[TestClass]
public class DamagedModelZipTests
{
    private const int HeaderSize = 48;
    private static readonly MLContext Context = new(1);
    private static byte[] s_zip = [];

    [ClassInitialize]
    public static void Save(TestContext testContext)
    {
        IDataView data = SyntheticImages.AsVectors(Context, 60);
        using var file = new MemoryStream();
        Context.Model.Save(Pipelines.Create(Context, Pipelines.FastOptions()).Fit(data), data.Schema, file);
        s_zip = file.ToArray();
    }

    [TestMethod]
    [DataRow(0, "not a model", DisplayName = "in the magic number")]
    [DataRow(8, "version", DisplayName = "in the version")]
    [DataRow(12, "bytes", DisplayName = "in the length")]
    [DataRow(16, "checksum", DisplayName = "in the checksum")]
    [DataRow(HeaderSize, "checksum", DisplayName = "in the first byte that the checksum covers")]
    [DataRow(-1, "checksum", DisplayName = "in the last byte")]
    public void OneByteAltered(int at, string says) => Refused(says, model => model[at < 0 ? ^-at : at] ^= 1);

    [TestMethod]
    [DataRow(20, DisplayName = "within its header")]
    [DataRow(HeaderSize, DisplayName = "to its header")]
    [DataRow(-1, DisplayName = "by one byte")]
    public void CutOff(int length) => Refused("cut off", model => model[..(length < 0 ? model.Length + length : length)]);

    [TestMethod]
    public void SomethingFollows() => Refused("There are data after the model's", model => [.. model, 0]);

    [TestMethod]
    public void TheStreamIsEmpty() => Refused("not a model", _ => []);

    [TestMethod]
    public void TheStreamIsMissing() => Refused("Model.snip", _ => null);

    [TestMethod]
    public void UnalteredItLoads() => Assert.IsNotNull(Load(Rewrite(model => model)));

    private static void Refused(string says, Action<byte[]> alter) => Refused(says, model =>
    {
        alter(model);
        return model;
    });

    private static void Refused(string says, Func<byte[], byte[]?> alter)
    {
        byte[] zip = Rewrite(alter);
        Exception reason = Assert.Throws<Exception>(() => Load(zip)).GetBaseException();
        Assert.IsInstanceOfType<FormatException>(reason);
        StringAssert.Contains(reason.Message, says);
    }

    private static ITransformer Load(byte[] zip) => new MLContext(1).Model.Load(new MemoryStream(zip), out _);

    /// <summary>The saved zip with another model stream in it, or none.</summary>
    private static byte[] Rewrite(Func<byte[], byte[]?> alter)
    {
        using var file = new MemoryStream();
        file.Write(s_zip);
        using (var zip = new ZipArchive(file, ZipArchiveMode.Update, leaveOpen: true))
        {
            ZipArchiveEntry entry = zip.Entries.Single(entry => entry.Name == "Model.snip");
            using var model = new MemoryStream();
            using (Stream stream = entry.Open())
            {
                stream.CopyTo(model);
            }

            byte[]? altered = alter(model.ToArray());
            entry.Delete();
            if (altered is not null)
            {
                using Stream stream = zip.CreateEntry(entry.FullName).Open();
                stream.Write(altered);
            }
        }

        return file.ToArray();
    }
}
