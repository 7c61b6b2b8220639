using System.Buffers.Binary;

namespace QuantPS.Torch.Native;

/// <summary>Makes a shared object load where the system's libstdc++ is older than the one it was linked with.</summary>
/// <remarks>
/// The dynamic loader refuses a library when a version that it needs is not defined, even where no symbol of that version is used. A need that
/// is marked weak (VER_FLG_WEAK) is not checked. Only needs that no relocation depends on are marked, so nothing is left unresolved.
/// </remarks>
internal static class WeakVersionNeed
{
    private const ushort WeakFlag = 2;

    /// <summary>The versions of a library that an image needs and that are not among those defined.</summary>
    public static IReadOnlyList<VersionNeed> Missing(ElfImage image, string library, IEnumerable<string> defined)
    {
        HashSet<string> known = [.. defined];
        return [.. image.Needs().Where(need => need.Library == library && !known.Contains(need.Version))];
    }

    /// <summary>The same file with the given needs marked weak.</summary>
    /// <exception cref="InvalidDataException">A relocation refers to a symbol of one of these versions.</exception>
    public static byte[] Mark(byte[] file, IEnumerable<VersionNeed> needs)
    {
        IReadOnlySet<int> used = new ElfImage(file).RelocatedVersions();
        byte[] copy = [.. file];
        foreach (VersionNeed need in needs)
        {
            if (used.Contains(need.Index)) throw new InvalidDataException($"It uses symbols of {need.Version}, which {need.Library} lacks.");
            Span<byte> flags = copy.AsSpan(need.FlagsOffset, 2);
            BinaryPrimitives.WriteUInt16LittleEndian(flags, (ushort)(BinaryPrimitives.ReadUInt16LittleEndian(flags) | WeakFlag));
        }
        return copy;
    }
}
