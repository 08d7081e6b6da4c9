using System.Collections.Immutable;
using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>
/// In which folder of its project each type was written. Public types share one namespace whatever their folder, so the compiler's debug
/// information is asked: the documents of a type's methods and, for a type without code, those listed with it (Portable PDB,
/// TypeDefinitionDocuments).
/// </summary>
internal sealed class SourceFolders
{
    /// <summary>The folder of files that lie beside the project file.</summary>
    public const string Root = "(root)";

    private static readonly Guid TypeDefinitionDocuments = new("932E74BC-DBA9-4478-8D46-0F32A7BAB3D3");

    private readonly Dictionary<int, string> _folderByToken = [];

    public SourceFolders(Assembly assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly.Location));
        bool found = file.TryOpenAssociatedPortablePdb(assembly.Location, File.OpenRead, out MetadataReaderProvider? provider, out _);
        Assert.IsTrue(found, $"There are no symbols beside {assembly.Location}.");
        using (provider)
        {
            MetadataReader metadata = file.GetMetadataReader(), symbols = provider!.GetMetadataReader();
            Dictionary<int, string[]> files = metadata.TypeDefinitions.ToDictionary(
                type => MetadataTokens.GetToken(type), type => WrittenFiles(metadata, symbols, type));
            string project = CommonFolder(files.Values.SelectMany(paths => paths));
            foreach ((int token, string[] paths) in files.Where(entry => entry.Value.Length > 0))
            {
                string[] folders = [.. paths.Select(path => FolderOf(path[project.Length..])).Distinct()];
                Assert.HasCount(1, folders, $"A type is written in several folders: {string.Join(", ", paths)}.");
                _folderByToken.Add(token, folders[0]);
            }
        }
    }

    public IEnumerable<string> All => _folderByToken.Values.Distinct();

    /// <summary>The folder of a type, a nested one's being its outermost type's; null for types that only the compiler wrote.</summary>
    public string? Of(Type type) => _folderByToken.GetValueOrDefault(Outermost(type).MetadataToken);

    /// <summary>The type itself, or the one that it is nested in at the very outside.</summary>
    public static Type Outermost(Type type) => type.DeclaringType is null ? type : Outermost(type.DeclaringType);

    /// <summary>The source files of a type, without those that the build generates.</summary>
    private static string[] WrittenFiles(MetadataReader metadata, MetadataReader symbols, TypeDefinitionHandle type)
    {
        IEnumerable<DocumentHandle> ofMethods = metadata.GetTypeDefinition(type).GetMethods()
            .SelectMany(method => symbols.GetMethodDebugInformation(method).GetSequencePoints())
            .Select(point => point.Document);
        IEnumerable<DocumentHandle> ofType = symbols.GetCustomDebugInformation(type)
            .Select(symbols.GetCustomDebugInformation)
            .Where(information => symbols.GetGuid(information.Kind) == TypeDefinitionDocuments)
            .SelectMany(information => ReadDocuments(symbols.GetBlobReader(information.Value)));
        return [.. ofMethods.Concat(ofType).Distinct()
            .Select(document => symbols.GetString(symbols.GetDocument(document).Name).Replace('\\', '/'))
            .Where(path => !path.Contains("/obj/", StringComparison.Ordinal))];
    }

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

    private static string FolderOf(string path) => path.Contains('/') ? path[..path.IndexOf('/')] : Root;
}
