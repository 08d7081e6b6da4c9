using System.Reflection;

namespace Microsoft.ML.Snip.Tests.Architecture;

/// <summary>
/// What code of one assembly may run or load once given types are in use, and by which way. Generous on purpose: of a reached type all
/// constructors and whatever can be called through a base type or an interface may run; a reached method runs every method and loads every
/// type that its body names.
/// </summary>
internal sealed class Reach
{
    private readonly Assembly _assembly;
    private readonly Dictionary<MemberInfo, MemberInfo?> _reachedFrom = [];
    private readonly Queue<MemberInfo> _open = new();

    /// <param name="assembly">Whose code is followed.</param>
    /// <param name="entries">Types of the assembly all of whose methods may be called.</param>
    public Reach(Assembly assembly, IEnumerable<Type> entries)
    {
        _assembly = assembly;
        foreach (Type type in entries)
        {
            Add(type, null);
            AddAll(TypeMentions.MethodsOf(type), type);
        }

        while (_open.TryDequeue(out MemberInfo? member))
        {
            if (member is Type type)
            {
                AddAll(NamedBy(type), type);
                AddAll(TypeMentions.MethodsOf(type).Where(MayRunUnnamed), type);
            }
            else if (member is MethodBase method)
            {
                AddAll(NamedBy(method), method);
                AddAll(Instructions.MembersNamedBy(method).OfType<MethodBase>(), method);
            }
        }
    }

    public bool Contains(MemberInfo member) => _reachedFrom.ContainsKey(member);

    /// <summary>Each reached type or method that names a type for which the test holds, as a sentence with the way to it.</summary>
    public IEnumerable<string> WhereNamed(Func<Type, bool> test) =>
        from member in _reachedFrom.Keys
        let found = NamedBy(member).FirstOrDefault(test)
        where found is not null
        select $"{Way(member)} names {found}";

    private static IEnumerable<Type> NamedBy(MemberInfo member) =>
        member is Type type ? TypeMentions.OfDeclaration(type) : TypeMentions.Of((MethodBase)member);

    /// <summary>Whether a method may be called by code that names only a base type, an interface or a type parameter.</summary>
    private static bool MayRunUnnamed(MethodBase method) =>
        method.IsConstructor || method.IsVirtual || (method.IsStatic && method.DeclaringType!.GetInterfaces().Any(HasStaticContract));

    private static bool HasStaticContract(Type type) =>
        type.GetMethods(TypeMentions.Declared).Any(method => method.IsStatic && method.IsAbstract);

    private void AddAll(IEnumerable<MemberInfo> members, MemberInfo from)
    {
        foreach (MemberInfo member in members)
        {
            Add(member, from);
        }
    }

    private void Add(MemberInfo member, MemberInfo? from)
    {
        if (member.Module.Assembly == _assembly && _reachedFrom.TryAdd(Definition(member), from))
        {
            _open.Enqueue(Definition(member));
        }
    }

    /// <summary>The member as written: of a generic type or method, the definition.</summary>
    private static MemberInfo Definition(MemberInfo member) => member.Module.ResolveMember(member.MetadataToken)!;

    private string Way(MemberInfo? member) => member switch
    {
        null => string.Empty,
        Type type => Way(_reachedFrom[member]) + " > " + type.Name,
        _ => Way(_reachedFrom[member]) + " > " + member.DeclaringType!.Name + "." + member.Name,
    };
}
