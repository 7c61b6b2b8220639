using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Runtime.InteropServices;
using QuantPS.Tests.Host;

namespace QuantPS.Tests.Commands;

[Collection(ModuleCollection.Name)]
public sealed class ModuleTests(ModuleSession session)
{
    [Fact]
    public void The_manifest_lists_what_the_module_exports_and_nothing_else()
    {
        var manifest = session.Run("Test-ModuleManifest -Path ([WildcardPattern]::Escape($args[0]))", Path.Combine(Repository.Root, "QuantPS.psd1")).Single<PSModuleInfo>();
        string[] inAssembly = [.. session.Run("(Get-Command -Module QuantPS)[0].ImplementingType.Assembly.GetExportedTypes()").Output
            .Select(type => (Type)type.BaseObject)
            .Select(type => (CmdletAttribute?)Attribute.GetCustomAttribute(type, typeof(CmdletAttribute)))
            .Where(cmdlet => cmdlet is not null)
            .Select(cmdlet => $"{cmdlet!.VerbName}-{cmdlet.NounName}")];

        Assert.Equal(inAssembly.Order(), manifest.ExportedCmdlets.Keys.Order());
        Assert.Equal(inAssembly.Order(), session.Run("(Get-Command -Module QuantPS).Name").Output.Select(name => (string)name.BaseObject).Order());
        Assert.Empty(manifest.ExportedFunctions.Keys.Concat(manifest.ExportedAliases.Keys).Concat(manifest.ExportedVariables.Keys));
        Assert.Equal(["Core"], manifest.CompatiblePSEditions);
        Assert.Equal(new Version(7, 6), manifest.PowerShellVersion);
    }

    [Fact]
    public void Importing_again_with_force_leaves_working_commands()
    {
        using Runspace runspace = ModuleSession.Open();
        using PowerShell shell = PowerShell.Create(runspace).AddScript(
            "1..2 | ForEach-Object { Import-Module (Get-Module QuantPS).Path -Force }; (Get-QuantizedPretrained cifar_resnet20 -Untrained -Float).Name");

        Assert.Equal("cifar_resnet20", Assert.Single(shell.Invoke<string>()));
        Assert.Empty(shell.Streams.Error);
    }

    [Fact]
    public void Two_sessions_use_the_module_at_the_same_time()
    {
        using Runspace first = ModuleSession.Open();
        using Runspace second = ModuleSession.Open();

        string[] names = [.. new[] { first, second }.AsParallel().AsOrdered().Select(runspace =>
        {
            using PowerShell shell = PowerShell.Create(runspace).AddScript("Get-QuantizedPretrained cifar_resnet20 -Untrained -Float");
            return shell.Invoke<QuantModel>().Single().Name;
        })];

        Assert.Equal(["cifar_resnet20", "cifar_resnet20"], names);
    }

    [Fact]
    public void Engine_and_Core_come_compiled_ahead_of_time_where_the_platform_is_that_of_the_build()
    {
        HostProcess.Result result = HostProcess.RunScript("[QuantPS.Engine.Graph].Assembly.Location; [QuantPS.QuantModel].Assembly.Location");
        string folder = Path.Combine(Repository.Module, RuntimeInformation.RuntimeIdentifier);
        Assert.Equal([Path.Combine(folder, "QuantPS.Engine.dll"), Path.Combine(folder, "QuantPS.Core.dll")],
            result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void Importing_loads_no_bridge_and_no_native_library_of_the_module()
    {
        HostProcess.Result result = HostProcess.RunScript(
            """
            foreach ($assembly in [AppDomain]::CurrentDomain.GetAssemblies()) { $assembly.GetName().Name }
            foreach ($module in [System.Diagnostics.Process]::GetCurrentProcess().Modules) { $module.FileName }
            """);

        string[] loaded = result.Output.Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.Contains("QuantPS", loaded);
        // File names alone: the folder of the checkout may be called anything.
        Assert.DoesNotContain(loaded.Select(Path.GetFileName), name => name!.Contains("Skia") || name.Contains("torch", StringComparison.OrdinalIgnoreCase) || name == "QuantPS.Media");
        Assert.DoesNotContain(loaded, name => name.StartsWith(Path.Combine(Repository.Module, "bridges"), StringComparison.Ordinal));
    }
}
