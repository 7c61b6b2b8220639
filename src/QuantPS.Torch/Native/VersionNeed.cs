namespace QuantPS.Torch.Native;

/// <summary>A version of another library that a shared object needs: an auxiliary entry of <c>.gnu.version_r</c>.</summary>
/// <param name="Library">The other library, such as <c>libstdc++.so.6</c>.</param>
/// <param name="Version">The version, such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Index">The number that stands for it in the symbols' version table.</param>
/// <param name="FlagsOffset">Where in the file its 16 bits of flags are.</param>
internal sealed record VersionNeed(string Library, string Version, int Index, int FlagsOffset);
