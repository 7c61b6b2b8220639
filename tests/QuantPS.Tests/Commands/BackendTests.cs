using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using QuantPS.Bridges.Backend;
using QuantPS.Tests.Host;
using QuantPS.Tests.Zoo.Download;
using Reply = QuantPS.Tests.Zoo.Download.TestServer.Reply;

namespace QuantPS.Tests.Commands;

/// <summary>Install-QuantPSBackend, Uninstall-QuantPSBackend, and what needs the backend where it is not there.</summary>
[Collection(ModuleCollection.Name)]
public sealed class BackendTests(ModuleSession session) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("Install-QuantPSBackend -Path $args[0] -PassThru -WhatIf")]
    [InlineData("Install-QuantPSBackend -PackageSource absent -Path $args[0] -WhatIf")]
    [InlineData("Uninstall-QuantPSBackend -Path $args[0] -WhatIf")]
    public void WhatIf_changes_nothing(string command)
    {
        string path = Path.Combine(_folder.Path, "backend");

        ModuleSession.Result result = session.Run(command, path);

        Assert.Empty(result.Errors);
        Assert.Empty(result.Output);
        Assert.False(Directory.Exists(path));
    }

    [Fact]
    public void A_folder_without_the_packages_is_an_error_that_says_where_to_get_them()
    {
        ErrorRecord error = session.Run("Install-QuantPSBackend -PackageSource $args[0] -Path $args[1]", _folder.Path, Path.Combine(_folder.Path, "backend")).Error;

        Assert.Equal("BackendNotAtHand,QuantPS.Commands.InstallQuantPSBackendCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.ObjectNotFound, error.CategoryInfo.Category);
        Assert.Contains("https://api.nuget.org/", error.Exception.Message);
        Assert.Null(Environment.GetEnvironmentVariable(BackendStore.EnvironmentVariable));
    }

    [Fact]
    public void A_package_that_is_not_the_published_one_is_refused()
    {
        BackendPackage package = new BackendStore().Packages[0];
        _folder.Write(package.FileName, new byte[package.Length]);

        ErrorRecord error = session.Run("Install-QuantPSBackend \"$($args[0])/*.nupkg\" -Path $args[0]", _folder.Path).Error;

        Assert.Equal("BackendDamaged,QuantPS.Commands.InstallQuantPSBackendCommand", error.FullyQualifiedErrorId);
        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Contains(package.Sha512, error.Exception.Message);
    }

    [Fact]
    public void Ctrl_C_ends_a_download_within_a_second_and_keeps_only_what_arrived()
    {
        BackendPackage package = new BackendStore().Packages[0];
        using TestServer server = new(request => Reply.File(request, new byte[package.Length]).CutAt(1_000_000) with { Hangs = true });
        string path = Path.Combine(_folder.Path, "backend"), part = Path.Combine(path, "downloads", package.FileName + ".part");
        var host = new RecordingHost();
        using Runspace runspace = ModuleSession.Open(host);
        using PowerShell shell = PowerShell.Create(runspace).AddScript("Install-QuantPSBackend -NoProxy -Mirror $args[0] -Path $args[1]").AddArgument(server.Address).AddArgument(path);
        IAsyncResult running = shell.BeginInvoke();
        SpinWait.SpinUntil(() => new FileInfo(part) is { Exists: true, Length: > 900_000 } && host.Progress.Count > 0, TimeSpan.FromSeconds(30));

        long start = Stopwatch.GetTimestamp();
        shell.Stop();

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Equal(ProgressRecordType.Completed, host.Progress.Last().RecordType);
        Assert.Equal("Downloading the training backend", host.Progress.Last().Activity);
        Assert.Equal([part, part + ".etag"], Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(file => !file.EndsWith(".lock")).Order());
        Assert.EndsWith($"/v3-flatcontainer/torchsharp/{package.Version}/{package.FileName}", Assert.Single(server.Requests).Target);
    }

    [Fact]
    public void What_is_not_installed_cannot_be_removed()
    {
        ErrorRecord error = session.Run("Uninstall-QuantPSBackend $args[0]", _folder.Path).Error;

        Assert.Equal("BackendNotInstalled,QuantPS.Commands.UninstallQuantPSBackendCommand", error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Where_it_is_not_installed_all_that_needs_it_names_the_command_that_installs_it()
    {
        File.Copy(Path.Combine(Repository.Module, "bridges", "Torch", "QuantPS.Torch.dll"), _folder.At("bridges", "Torch", "QuantPS.Torch.dll"));
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Module, "bridges", "Media"), "*", SearchOption.AllDirectories))
            File.Copy(file, _folder.At("bridges", "Media", Path.GetRelativePath(Path.Combine(Repository.Module, "bridges", "Media"), file)));

        HostProcess.Result result = HostProcess.RunScript(
            """
            param($Folder, $Shapes)
            $env:QUANTPS_BACKEND = "$Folder/backend"
            [QuantPS.Bridges.Bridge]::Root = "$Folder/bridges"
            $model = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained
            try { $model | Start-QatTraining $Shapes -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
            try { $model | Measure-ModelLatency -Engine Libtorch -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
            $environment = Get-QuantPSEnvironment
            "$($environment.Backend.IsInstalled) $($environment.Backend.Path)"
            $environment.Backend.Problem
            ($model | Invoke-StaticQuantization $Shapes -SampleCount 4).Precision.ToString()
            """, "-Folder", _folder.Path, "-Shapes", Path.Combine(session.Shapes, "train"));

        string[] lines = result.Output.Split(Environment.NewLine);
        Assert.Equal(("", 8), (result.Error, lines.Length));
        Assert.Equal("TorchUnavailable,QuantPS.Commands.StartQatTrainingCommand", lines[0]);
        Assert.Equal("TorchUnavailable,QuantPS.Commands.MeasureModelLatencyCommand", lines[2]);
        Assert.StartsWith($"False {Path.Combine(_folder.Path, "backend")}", lines[4]);
        Assert.All([lines[1], lines[3], lines[5]], line => Assert.Contains("Install-QuantPSBackend", line));
        Assert.Equal("Int8", lines[6]);
    }
}
