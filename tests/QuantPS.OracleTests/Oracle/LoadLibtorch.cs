using System.Runtime.CompilerServices;
using QuantPS.Torch.Native;
using TorchSharp;

namespace QuantPS.OracleTests.Oracle;

/// <summary>Loads libtorch before any test touches a type of TorchSharp.</summary>
internal static class LoadLibtorch
{
    [ModuleInitializer]
    internal static void Load()
    {
        TorchNatives.Load().Attach(typeof(torch).Assembly);
        // Cases are small: threads of libtorch would wait for each other more than they work.
        torch.set_num_threads(1);
    }
}
