using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using QuantPS.Bridges.Backend;
using QuantPS.Engine;

namespace QuantPS.Bridges;

/// <summary>
/// The private home of one bridge: it finds the managed and native libraries that lie beside the bridge, natives also in a folder there of
/// the platform's name, so that their versions never meet those of another module. What the bridge shares with the module (Core, Engine) is the module's own; the framework comes from
/// the default context.
/// </summary>
/// <param name="name">The name of the bridge.</param>
/// <param name="folders">Its folder, and others that its libraries may lie in.</param>
internal sealed class BridgeLoadContext(string name, params string[] folders) : AssemblyLoadContext($"QuantPS.{name}")
{
    private static readonly Assembly[] _shared = [typeof(BridgeLoadContext).Assembly, typeof(Graph).Assembly];
    private static readonly string[] _endings = [".so", ".dll", ".dylib"];

    /// <summary>Loads the bridge itself.</summary>
    public Assembly LoadBridge() => LoadFromAssemblyPath(Path.Combine(folders[0], $"QuantPS.{name}.dll"));

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (Array.Find(_shared, assembly => assembly.GetName().Name == assemblyName.Name) is { } shared) return shared;
        string? beside = folders.Select(folder => Path.Combine(folder, $"{assemblyName.Name}.dll")).FirstOrDefault(File.Exists);
        return beside is null ? null : LoadFromAssemblyPath(beside);
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        IEnumerable<string> spellings = [unmanagedDllName,
            .. _endings.SelectMany(ending => (string[])[unmanagedDllName + ending, $"lib{unmanagedDllName}{ending}"])];
        foreach (string folder in folders.SelectMany(folder => (string[])[folder, Path.Combine(folder, Platform.Current)]))
            foreach (string beside in spellings.Select(spelling => Path.Combine(folder, spelling)).Where(File.Exists))
                if (NativeLibrary.TryLoad(beside, out nint library))
                    return library;
        // The runtime's own search goes on; it finds a library that the bridge itself has loaded from elsewhere.
        return 0;
    }
}
