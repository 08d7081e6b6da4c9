using System.Reflection;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>A type of one folder that names a type of another; nested types count as their outermost.</summary>
internal sealed record FolderArrow(string From, string To, string Type, string Named)
{
    public override string ToString() => $"{From} -> {To}: {Type} names {Named}";
}

/// <summary>The arrows between the folders of a library.</summary>
internal static class FolderArrows
{
    public static FolderArrow[] Draw(Assembly assembly, SourceFolders folders) => [..
        (from type in assembly.GetTypes()
         let home = folders.Of(type)
         where home is not null
         from named in TypeMentions.Of(type)
         where named.Assembly == assembly
         let target = folders.Of(named)
         where target is not null && target != home
         select new FolderArrow(home, target, SourceFolders.Outermost(type).Name, SourceFolders.Outermost(named).Name)).Distinct()];

    /// <summary>The folders that can be reached from themselves.</summary>
    public static string[] OnCircles(FolderArrow[] arrows)
    {
        ILookup<string, string> next = arrows.DistinctBy(arrow => (arrow.From, arrow.To)).ToLookup(arrow => arrow.From, arrow => arrow.To);
        bool Reaches(string from, string to, HashSet<string> seen) =>
            next[from].Any(folder => folder == to || (seen.Add(folder) && Reaches(folder, to, seen)));
        return [.. next.Select(folder => folder.Key).Where(folder => Reaches(folder, folder, []))];
    }
}
