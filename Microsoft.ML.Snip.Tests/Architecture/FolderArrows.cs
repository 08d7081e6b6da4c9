using System.Reflection;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>A type of one folder that names a type of another.</summary>
internal sealed record FolderArrow(string From, string To, string Type, string Named)
{
    public override string ToString() => $"{From} -> {To}: {Type} names {Named}";
}

/// <summary>The arrows between the folders of a library, each folder with files being one by itself, whatever folder it lies in.</summary>
internal static class FolderArrows
{
    public static FolderArrow[] Draw(Assembly assembly, SourceFolders folders) => [..
        (from mention in Mentions(assembly, folders)
         where mention.Named.Assembly == assembly
         let target = folders.Of(mention.Named)
         where target is not null && target != mention.Folder
         select new FolderArrow(mention.Folder, target, SourceFolders.Outermost(mention.Type).Name,
             SourceFolders.Outermost(mention.Named).Name)).Distinct()];

    /// <summary>Each type that a declaration, an attribute or a method names, with the folder where it does.</summary>
    public static IEnumerable<(string Folder, Type Type, Type Named)> Mentions(Assembly assembly, SourceFolders folders) =>
        from type in assembly.GetTypes()
        from entry in TypeMentions.MethodsOf(type).Select(method => (Folder: folders.Of(method), Named: TypeMentions.Of(method)))
            .Append((Folder: folders.Of(type), Named: IsCompilersOwn(type) ? []
                : TypeMentions.OfDeclaration(type).Concat(TypeMentions.OfAllAttributes(type))))
        where entry.Folder is not null
        from named in entry.Named
        select (entry.Folder!, type, named);

    /// <summary>The folders that can be reached from themselves.</summary>
    public static string[] OnCircles(FolderArrow[] arrows)
    {
        ILookup<string, string> next = arrows.DistinctBy(arrow => (arrow.From, arrow.To)).ToLookup(arrow => arrow.From, arrow => arrow.To);
        bool Reaches(string from, string to, HashSet<string> seen) =>
            next[from].Any(folder => folder == to || (seen.Add(folder) && Reaches(folder, to, seen)));
        return [.. next.Select(folder => folder.Key).Where(folder => Reaches(folder, folder, []))];
    }

    /// <summary>A closure, which may hold what methods of several folders capture; those methods name it themselves.</summary>
    private static bool IsCompilersOwn(Type type) => type.Name.StartsWith('<');
}
