using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using QuantPS.Engine;

namespace QuantPS.Bridges;

/// <summary>
/// The private home of one bridge: it finds the managed and native libraries that lie beside the bridge, so that their versions never
/// meet those of another module. What the bridge shares with the module (Core, Engine) is the module's own; the framework comes from
/// the default context.
/// </summary>
internal sealed class BridgeLoadContext(string name, string folder) : AssemblyLoadContext($"QuantPS.{name}")
{
    private static readonly Assembly[] _shared = [typeof(BridgeLoadContext).Assembly, typeof(Graph).Assembly];

    /// <summary>Loads the bridge itself.</summary>
    public Assembly LoadBridge() => LoadFromAssemblyPath(Path.Combine(folder, $"QuantPS.{name}.dll"));

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (Array.Find(_shared, assembly => assembly.GetName().Name == assemblyName.Name) is { } shared) return shared;
        string beside = Path.Combine(folder, $"{assemblyName.Name}.dll");
        return File.Exists(beside) ? LoadFromAssemblyPath(beside) : null;
    }

    /// <inheritdoc/>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        ReadOnlySpan<string> spellings = [unmanagedDllName, $"lib{unmanagedDllName}.so", $"{unmanagedDllName}.dll", $"lib{unmanagedDllName}.dylib"];
        foreach (string spelling in spellings)
        {
            string beside = Path.Combine(folder, spelling);
            if (File.Exists(beside) && NativeLibrary.TryLoad(beside, out nint library)) return library;
        }
        // The runtime's own search goes on; it finds a library that the bridge itself has loaded from elsewhere.
        return 0;
    }
}
