using System.Reflection;
using System.Runtime.InteropServices;

namespace QuantPS.Torch.Native;

/// <summary>
/// libtorch and TorchSharp's native library, loaded from the folder of TorchSharp itself before any type of TorchSharp is touched, so that
/// TorchSharp finds them in the process, searches no package folder, copies nothing and prints nothing.
/// </summary>
internal sealed class TorchNatives
{
    private const string Bridge = "LibTorchSharp", StandardLibrary = "libstdc++.so.6";

    private static readonly Lazy<TorchNatives> Loaded = new(() => new TorchNatives(Path.GetDirectoryName(typeof(TorchSharp.torch).Assembly.Location)!));

    private readonly Dictionary<string, nint> _handles = [];
    private readonly HashSet<Assembly> _attached = [];

    internal TorchNatives(string folder)
    {
        string[] names = ["c10", "torch_cpu", "torch", Bridge];
        string[] missing = [.. names.Select(FileName).Where(file => !File.Exists(Path.Combine(folder, file)))];
        if (missing.Length > 0)
            throw Unavailable($"{string.Join(", ", missing)} missing from {folder}. Install-QuantPSBackend -Force installs the training backend again.");
        foreach (string name in names)
        {
            string path = Path.Combine(folder, FileName(name));
            using LoadableFile file = name == Bridge && OperatingSystem.IsLinux() ? Loadable(path) : new(path);
            try
            {
                _handles[name] = NativeLibrary.Load(file.Path);
            }
            catch (Exception error) when (error is DllNotFoundException or BadImageFormatException)
            {
                throw Unavailable($"{path} cannot be loaded: {error.Message}", error);
            }
        }
    }

    /// <summary>Loads the libraries; once a process, however often it is called.</summary>
    /// <exception cref="QuantPSException">A library is missing, or the system lacks what it needs; the message says which.</exception>
    public static TorchNatives Load() => Loaded.Value;

    /// <summary>Makes an assembly's imports (TorchSharp's) resolve to these libraries; once, however often it is called.</summary>
    public void Attach(Assembly assembly)
    {
        lock (_attached)
            if (_attached.Add(assembly))
                NativeLibrary.SetDllImportResolver(assembly, (name, _, _) => Resolve(name));
    }

    /// <summary>The handle of one of these libraries, or 0 for any other: what a load context's <c>LoadUnmanagedDll</c> returns.</summary>
    /// <param name="name">The name as an import has it: <c>LibTorchSharp</c> or <c>libLibTorchSharp.so</c>.</param>
    public nint Resolve(string name) =>
        _handles.TryGetValue(name, out nint handle) ? handle : _handles.FirstOrDefault(library => FileName(library.Key) == name).Value;

    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    // The library itself where the system's libstdc++ is new enough, or else a copy of it that this one can load.
    private static LoadableFile Loadable(string path)
    {
        try
        {
            byte[] file = File.ReadAllBytes(path);
            var standard = new ElfImage(File.ReadAllBytes(PathOfLoaded(StandardLibrary)));
            IReadOnlyList<VersionNeed> missing = WeakVersionNeed.Missing(new ElfImage(file), StandardLibrary, standard.Definitions());
            return missing.Count == 0 ? new(path) : NativeCache.Store(Path.GetFileName(path), file, WeakVersionNeed.Mark(file, missing));
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw Unavailable($"{path} cannot be prepared for this system: {error.Message}", error);
        }
    }

    private static string PathOfLoaded(string library)
    {
        NativeLibrary.Load(library);
        string? line = File.ReadLines("/proc/self/maps").FirstOrDefault(line => line.Contains($"/{library}"));
        return line is null ? throw new InvalidDataException($"{library} is not loaded.") : line[line.IndexOf('/')..];
    }

    private static QuantPSException Unavailable(string problem, Exception? inner = null) => new(
        "TorchUnavailable", $"Training needs libtorch, which cannot be loaded; everything else works without it. {problem}", null, inner);
}
