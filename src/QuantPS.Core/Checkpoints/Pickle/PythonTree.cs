using System.Numerics;
using QuantPS.Engine;

namespace QuantPS.Checkpoints;

/// <summary>
/// Checks what an unpickler made before anybody walks over it. A pickle can hold a list within itself, nest containers without end,
/// and share one list at every level so that a walk takes exponential time.
/// </summary>
/// <param name="part">The pickle, for errors.</param>
/// <param name="pickleLength">The length of the pickle in bytes.</param>
internal sealed class PythonTree(CheckpointPart part, long pickleLength)
{
    private const int MostLevels = 100;
    private const int MostNodesPerByte = 16;
    private readonly Dictionary<object, (int Levels, long Nodes)> _known = new(ReferenceEqualityComparer.Instance);
    private readonly HashSet<object> _open = new(ReferenceEqualityComparer.Instance);

    /// <summary>Throws unless a walk over the value ends soon and meets only what a checkpoint may hold.</summary>
    public void Check(object? root) => Visit(root, 0);

    private (int Levels, long Nodes) Visit(object? value, int depth)
    {
        if (IsLeaf(value)) return (0, 1);
        if (_known.TryGetValue(value!, out (int Levels, long Nodes) known)) return Bound(known, depth);
        if (depth >= MostLevels) throw TooDeep();
        if (!_open.Add(value!)) throw part.Unsafe("it holds a container that contains itself.");
        int levels = 0;
        long nodes = 1;
        foreach (object? child in Children(value!))
        {
            (int childLevels, long childNodes) = Visit(child, depth + 1);
            levels = Math.Max(levels, childLevels);
            nodes += childNodes;
            if (nodes > MostNodesPerByte * pickleLength)
                throw part.TooLarge("its containers share one another so that they unfold without measure.");
        }
        _open.Remove(value!);
        return _known[value!] = Bound((levels + 1, nodes), depth);
    }

    private (int Levels, long Nodes) Bound((int Levels, long Nodes) size, int depth) =>
        depth + size.Levels > MostLevels ? throw TooDeep() : size;

    private bool IsLeaf(object? value) => value switch
    {
        PythonTuple or List<object?> or PythonDict => false,
        null or bool or long or double or string or byte[] or BigInteger or Tensor or DTypeReference or DeviceReference => true,
        PickleGlobal global => throw part.Unsupported($"it holds '{global.Name}' itself as a value."),
        _ => throw part.Unsupported("it holds a storage without a tensor. Save tensors instead."),
    };

    private static IEnumerable<object?> Children(object container) => container switch
    {
        PythonDict dict => dict.SelectMany(entry => new[] { entry.Key, entry.Value }).Append(dict.Attributes),
        _ => (IEnumerable<object?>)container,
    };

    private QuantPSException TooDeep() => part.Unsafe($"its containers are nested more than {MostLevels} levels deep.");
}
