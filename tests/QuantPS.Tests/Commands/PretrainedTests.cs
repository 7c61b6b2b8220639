using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using QuantPS.Tests.Zoo.Download;
using Reply = QuantPS.Tests.Zoo.Download.TestServer.Reply;

namespace QuantPS.Tests.Commands;

/// <summary>Get-QuantizedPretrained with the catalogue, the cache and a server.</summary>
[Collection(ModuleCollection.Name)]
public sealed class PretrainedTests(ModuleSession session) : IDisposable
{
    private const string File = "resnet20-12fca82f.th";
    private const string Target = $"/akamaster/pytorch_resnet_cifar10/raw/master/pretrained_models/{File}";

    private readonly TemporaryFolder _cache = new();

    // Weights that load, though not those that were published.
    private byte[] Content
    {
        get
        {
            using TemporaryFolder folder = new();
            session.RunIn(folder.Path, "Get-QuantizedPretrained cifar_resnet20 -Untrained -Float | Export-QuantModel a.pth");
            return System.IO.File.ReadAllBytes(folder.At("a.pth"));
        }
    }

    [Fact]
    public void Weights_are_downloaded_from_a_mirror_into_the_cache_and_used_from_there()
    {
        byte[] content = Content;
        using TestServer server = new(request => Reply.File(request, content));
        string command = $"Get-QuantizedPretrained cifar_resnet20 -Float -CachePath '{_cache.Path}' -SkipHashCheck -NoProxy -Mirror {server.Address}";

        var model = session.Run(command).Single<QuantModel>();
        session.Run(command).Single<QuantModel>();

        Assert.Equal(Target, Assert.Single(server.Requests).Target);
        Assert.Equal(("cifar_resnet20", "CIFAR10"), (model.Name, model.History[^1].Settings["Weights"]));
        Assert.Equal("frog", model.Labels[6]);
        Assert.True((bool)session.Run($"(Get-QuantizedPretrained cifar_resnet20 -ListAvailable -CachePath '{_cache.Path}').Cached").Output.Single().BaseObject);
    }

    [Fact]
    public void The_mirror_of_the_environment_serves_too_and_the_hash_is_compared()
    {
        using TestServer server = new(request => Reply.File(request, [1, 2, 3]));

        ErrorRecord error = session.Run(
            $"$env:QUANTPS_MIRROR = '{server.Address}'; try {{ Get-QuantizedPretrained cifar_resnet20 -Float -NoProxy -CachePath '{_cache.Path}' }} finally {{ $env:QUANTPS_MIRROR = $null }}").Error;

        Assert.Equal("WeightsDamaged,QuantPS.Commands.GetQuantizedPretrainedCommand", error.FullyQualifiedErrorId);
        Assert.Contains("12fca82f", error.Exception.Message);
        Assert.False(System.IO.File.Exists(_cache.At(File)));
    }

    [Fact]
    public void WhatIf_downloads_nothing()
    {
        using TestServer server = new(request => Reply.File(request, []));

        ModuleSession.Result result = session.Run($"Get-QuantizedPretrained cifar_resnet20 -Float -WhatIf -CachePath '{_cache.Path}' -Mirror {server.Address}");

        Assert.Empty(result.Output);
        Assert.Empty(result.Errors);
        Assert.Empty(server.Requests);
    }

    [Theory]
    [InlineData("-CachePath /dev/null/cache", "CacheUnwritable", ErrorCategory.WriteError)]
    [InlineData("-Mirror http://mirror.test/", "MirrorUnusable", ErrorCategory.InvalidArgument)]
    public void What_keeps_a_download_from_starting_is_an_error(string parameters, string id, ErrorCategory category)
    {
        if (OperatingSystem.IsWindows()) Assert.Skip("There is no /dev/null.");
        ErrorRecord error = session.Run($"Get-QuantizedPretrained cifar_resnet20 -Float -NoProxy {parameters}").Error;

        Assert.Equal(($"{id},QuantPS.Commands.GetQuantizedPretrainedCommand", category), (error.FullyQualifiedErrorId, error.CategoryInfo.Category));
    }

    [Fact]
    public void Ctrl_C_ends_a_download_within_a_second_and_keeps_what_arrived()
    {
        byte[] content = new byte[1_000_000];
        using TestServer server = new(request => Reply.File(request, content).CutAt(600_000) with { Hangs = true });
        var host = new RecordingHost();
        using Runspace runspace = ModuleSession.Open(host);
        using PowerShell shell = PowerShell.Create(runspace).AddScript(
            $"Get-QuantizedPretrained cifar_resnet20 -Float -NoProxy -CachePath '{_cache.Path}' -Mirror {server.Address}");
        IAsyncResult running = shell.BeginInvoke();
        string partial = _cache.At(File + ".part");
        Assert.True(SpinWait.SpinUntil(() => host.Progress.Count > 0 && new FileInfo(partial) is { Exists: true, Length: > 500_000 }, TimeSpan.FromSeconds(30)));

        long start = Stopwatch.GetTimestamp();
        shell.Stop();

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Equal(ProgressRecordType.Completed, host.Progress.Last().RecordType);
        Assert.Equal($"Downloading {File}", host.Progress.First().Activity);
        Assert.InRange(new FileInfo(partial).Length, 500_000, 600_000);
        Assert.False(System.IO.File.Exists(_cache.At(File)));
    }

    [Fact]
    public void A_file_at_hand_that_has_the_name_of_a_published_one_is_compared_with_it()
    {
        string file = _cache.Write(File, Content);

        ErrorRecord error = session.Run($"Get-QuantizedPretrained cifar_resnet20 -Float -WeightsPath '{file}'").Error;
        var model = session.Run($"Get-QuantizedPretrained cifar_resnet20 -Float -WeightsPath '{file}' -SkipHashCheck").Single<QuantModel>();

        Assert.StartsWith("WeightsDamaged", error.FullyQualifiedErrorId);
        Assert.Equal("frog", model.Labels[6]);
        Assert.Single(Directory.GetFiles(_cache.Path));
    }

    [Fact]
    public void Named_weights_say_what_a_file_at_hand_holds()
    {
        string file = _cache.Write("mine.pth", Content);

        var model = session.Run($"Get-QuantizedPretrained cifar_resnet20 -Weights cifar10 -WeightsPath '{file}'").Single<QuantModel>();

        Assert.Equal((ModelPrecision.Float32, "CIFAR10"), (model.Precision, model.History[^1].Settings["Weights"]));
    }

    [Theory]
    [InlineData("Get-QuantizedPretrained resnet50 -ListAvailable", "IMAGENET1K_FBGEMM_V1 IMAGENET1K_FBGEMM_V2 IMAGENET1K_V1 IMAGENET1K_V2")]
    [InlineData("Get-QuantizedPretrained resnet50 -ListAvailable -Weights *FBGEMM*", "IMAGENET1K_FBGEMM_V1 IMAGENET1K_FBGEMM_V2")]
    [InlineData("Get-QuantizedPretrained -ListAvailable | Where-Object Backend -EQ Fbgemm | Where-Object Top1 -GT 82.6", "IMAGENET1K_FBGEMM_V1")]
    public void The_list_can_be_narrowed(string script, string weights) =>
        Assert.Equal(weights, string.Join(' ', session.Run($"({script}).Weights").Output));

    [Fact]
    public void An_entry_of_the_list_can_be_piped_on()
    {
        var model = session.Run("Get-QuantizedPretrained sample* -ListAvailable | Get-QuantizedPretrained").Single<QuantModel>();

        Assert.Equal(("sample_net", ModelPrecision.Float32), (model.Name, model.Precision));
    }

    public void Dispose() => _cache.Dispose();
}
