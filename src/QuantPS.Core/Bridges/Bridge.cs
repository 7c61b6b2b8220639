using System.Reflection;
using QuantPS.Bridges.Backend;

namespace QuantPS.Bridges;

/// <summary>
/// Loads what stands beside the module and brings third-party libraries: each bridge is a folder <c>NAME</c> with an assembly
/// <c>QuantPS.NAME.dll</c>, kept in a load context of its own, and reached only through the interfaces of this namespace. Nothing is
/// loaded before it is asked for. Safe to use from several threads.
/// </summary>
public static class Bridge
{
    private static readonly Lock _gate = new();
    private static readonly Dictionary<string, Assembly> _assemblies = [];
    private static readonly Dictionary<(string Folder, Type Contract), object> _instances = [];

    /// <summary>The folder that holds the bridges, a folder each; by default <c>bridges</c> beside this assembly.</summary>
    public static string Root { get; set; } = Path.Combine(Path.GetDirectoryName(typeof(Bridge).Assembly.Location)!, "bridges");

    /// <summary>The one implementation of an interface in a bridge, made at the first call and kept.</summary>
    /// <typeparam name="TContract">The interface. The bridge has exactly one public class that implements it, with a constructor without parameters.</typeparam>
    /// <param name="name">The name of the bridge, such as <c>Media</c>.</param>
    /// <exception cref="QuantPSException">
    /// <c>BridgeNotFound</c>: its folder lacks the assembly. <c>BridgeUnavailable</c>: it is there, and it or a native library of it does not load.
    /// </exception>
    public static TContract Load<TContract>(string name) where TContract : class
    {
        string folder = Path.GetFullPath(Path.Combine(Root, name));
        lock (_gate)
        {
            if (!_instances.TryGetValue((folder, typeof(TContract)), out object? instance))
                _instances.Add((folder, typeof(TContract)), instance = Create(typeof(TContract), name, folder));
            return (TContract)instance;
        }
    }

    private static object Create(Type contract, string name, string folder)
    {
        if (!File.Exists(Path.Combine(folder, $"QuantPS.{name}.dll")))
            throw new QuantPSException("BridgeNotFound",
                $"QuantPS.{name}.dll is not in '{folder}'. Install the module again, build the whole of it (./build.ps1), or copy its folder 'bridges' complete.", folder);
        try
        {
            if (!_assemblies.TryGetValue(folder, out Assembly? assembly))
                _assemblies.Add(folder, assembly = new BridgeLoadContext(name, FoldersOf(name, folder)).LoadBridge());
            Type implementation = assembly.GetExportedTypes().Single(type => type is { IsClass: true, IsAbstract: false } && type.IsAssignableTo(contract));
            return Activator.CreateInstance(implementation)!;
        }
        catch (Exception error)
        {
            Exception cause = Cause(error);
            if (cause is QuantPSException) throw cause;
            throw new QuantPSException("BridgeUnavailable",
                $"QuantPS.{name}.dll in '{folder}' does not load on this machine: {cause.Message} " +
                $"The rest of the module works without it; install a package that is for {Platform.Current}, or build the module here.", folder, error);
        }
    }

    // The libraries of the training backend may have been installed apart.
    private static string[] FoldersOf(string name, string folder) =>
        name == TorchBackend.BridgeName && TorchBackend.FolderFor(folder) is var libraries && libraries != folder ? [folder, libraries] : [folder];

    /// <summary>What went wrong behind the wrappers of reflection and of static constructors.</summary>
    private static Exception Cause(Exception error) =>
        error is TargetInvocationException or TypeInitializationException && error.InnerException is { } inner ? Cause(inner) : error;
}
