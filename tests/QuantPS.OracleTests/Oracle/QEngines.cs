using System.Runtime.InteropServices;
using QuantPS.Torch.Native;

namespace QuantPS.OracleTests.Oracle;

/// <summary>Sets the quantized engine of libtorch, which TorchSharp has no call for.</summary>
internal static unsafe class QEngines
{
    private static readonly nint Library = TorchNatives.Load().Resolve("torch_cpu");

    /// <summary>Makes an engine the one of the whole process: weights are packed and operators run by it.</summary>
    public static void Use(QEngine engine)
    {
        var context = (delegate* unmanaged<nint>)NativeLibrary.GetExport(Library, "_ZN2at13globalContextEv");
        var set = (delegate* unmanaged<nint, byte, void>)NativeLibrary.GetExport(Library, "_ZN2at7Context10setQEngineEN3c107QEngineE");
        set(context(), (byte)engine);
    }
}
