using System.Management.Automation;
using QuantPS.Bridges;

namespace QuantPS;

/// <summary>Runs when the module is imported. It loads nothing: it only says where the bridges are.</summary>
public sealed class ModuleInitializer : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    public void OnImport() => Bridge.Root = Path.Combine(Path.GetDirectoryName(typeof(ModuleInitializer).Assembly.Location)!, "bridges");
}
