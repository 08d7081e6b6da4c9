using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>
/// In which folder of its project each type and each method was written. Public types share one namespace whatever their folder, and a
/// partial type may have a part in another folder, so the compiler's debug information is asked: the documents of a type's methods and, for
/// a type without code, those listed with it (Portable PDB, TypeDefinitionDocuments).
/// </summary>
internal sealed class SourceFolders
{
    /// <summary>The folder of files that lie beside the project file.</summary>
    public const string Root = "(root)";

    private static readonly Guid TypeDefinitionDocuments = new("932E74BC-DBA9-4478-8D46-0F32A7BAB3D3");

    private readonly Dictionary<int, string> _folderByType = [];
    private readonly Dictionary<int, string> _folderByMethod = [];

    public SourceFolders(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        bool found = file.TryOpenAssociatedPortablePdb(assembly.Location, File.OpenRead, out MetadataReaderProvider? provider, out _);
        Assert.IsTrue(found, $"There are no symbols beside {assembly.Location}.");
        using (provider)
        {
            MetadataReader metadata = file.GetMetadataReader(), symbols = provider!.GetMetadataReader();
            var methodFiles = metadata.MethodDefinitions
                .Select(method => (Token: MetadataTokens.GetToken(method),
                    Files: Written(symbols, symbols.GetMethodDebugInformation(method).GetSequencePoints().Select(point => point.Document))))
                .Where(entry => entry.Files.Length > 0).ToDictionary(entry => entry.Token, entry => entry.Files[0]);
            var typeFiles = metadata.TypeDefinitions.ToDictionary(
                type => MetadataTokens.GetToken(type), type => FilesOf(metadata, symbols, type, methodFiles));
            string project = CommonFolder(typeFiles.Values.SelectMany(paths => paths));
            foreach ((int token, string[] paths) in typeFiles.Where(entry => entry.Value.Length > 0))
            {
                // A part of a type in another folder has a longer name: NetworkDefinition.cs is the type's own file,
                // NetworkDefinition.FromModule.cs is not.
                _folderByType.Add(token, FolderOf(paths.MinBy(path => Path.GetFileName(path).Length)![project.Length..]));
            }

            foreach ((int token, string path) in methodFiles)
            {
                _folderByMethod.Add(token, FolderOf(path[project.Length..]));
            }
        }
    }

    public IEnumerable<string> All => _folderByType.Values.Concat(_folderByMethod.Values).Distinct();

    /// <summary>
    /// The folder of a type; of a nested type without a file of its own, that of the type around it; null for types that only the compiler
    /// wrote.
    /// </summary>
    public string? Of(Type type) => _folderByType.TryGetValue(type.MetadataToken, out string? folder) ? folder
        : type.DeclaringType is { } outer ? Of(outer) : null;

    /// <summary>The folder of a method: its own file's, or else its type's.</summary>
    public string? Of(MethodBase method) => _folderByMethod.GetValueOrDefault(method.MetadataToken) ?? Of(method.DeclaringType!);

    /// <summary>The type itself, or the one that it is nested in at the very outside.</summary>
    public static Type Outermost(Type type) => type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    private static string[] FilesOf(
        MetadataReader metadata, MetadataReader symbols, TypeDefinitionHandle type, Dictionary<int, string> methodFiles)
    {
        IEnumerable<string> ofMethods = metadata.GetTypeDefinition(type).GetMethods()
            .Select(method => methodFiles.GetValueOrDefault(MetadataTokens.GetToken(method))).OfType<string>();
        IEnumerable<DocumentHandle> ofType = symbols.GetCustomDebugInformation(type)
            .Select(symbols.GetCustomDebugInformation)
            .Where(information => symbols.GetGuid(information.Kind) == TypeDefinitionDocuments)
            .SelectMany(information => ReadDocuments(symbols.GetBlobReader(information.Value)));
        return [.. ofMethods.Concat(Written(symbols, ofType)).Distinct()];
    }

    /// <summary>The source files, without those that the build generates.</summary>
    private static string[] Written(MetadataReader symbols, IEnumerable<DocumentHandle> documents) => [.. documents.Distinct()
        .Where(document => !document.IsNil)
        .Select(document => symbols.GetString(symbols.GetDocument(document).Name).Replace('\\', '/'))
        .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))];

    private static ImmutableArray<DocumentHandle> ReadDocuments(BlobReader rows)
    {
        var documents = ImmutableArray.CreateBuilder<DocumentHandle>();
        while (rows.RemainingBytes > 0)
        {
            documents.Add(MetadataTokens.DocumentHandle(rows.ReadCompressedInteger()));
        }

        return documents.ToImmutable();
    }

    /// <summary>The folder that holds all files, with a slash at its end: the project's, as files lie beside the project file.</summary>
    private static string CommonFolder(IEnumerable<string> paths)
    {
        string common = paths.Aggregate((one, other) => one[..one.Zip(other).TakeWhile(pair => pair.First == pair.Second).Count()]);
        return common[..(common.LastIndexOf('/') + 1)];
    }

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.LastIndexOf('/')] : Root;
}
