using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace QuantPS.Tests.Commands;

[Collection(ModuleCollection.Name)]
public sealed class StopTests(ModuleSession session)
{
    [Theory]
    [InlineData("Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Measure-ModelLatency -Duration 60")]
    [InlineData("$model = Get-QuantizedPretrained cifar_resnet110 -Float -Untrained; $model | Invoke-StaticQuantization $args[0]; while ($true) { }")]
    public void Ctrl_C_ends_the_work_within_a_second_and_takes_the_progress_away(string script)
    {
        var host = new RecordingHost();
        using Runspace runspace = ModuleSession.Open(host);
        using PowerShell shell = PowerShell.Create(runspace).AddScript(script).AddArgument(Path.Combine(session.Shapes, "train"));
        IAsyncResult running = shell.BeginInvoke();
        SpinWait.SpinUntil(() => host.Progress.Count > 0, TimeSpan.FromSeconds(30));

        long start = Stopwatch.GetTimestamp();
        shell.Stop();

        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 1);
        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Equal(ProgressRecordType.Completed, host.Progress.Last().RecordType);
    }

    [Fact]
    public void Progress_says_how_long_it_will_take_and_ends()
    {
        using PowerShell shell = session.Shell("$null = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Measure-ModelLatency -Duration 2");

        shell.Invoke();

        ProgressRecord[] records = [.. shell.Streams.Progress];
        Assert.Equal(ProgressRecordType.Completed, records[^1].RecordType);
        Assert.Contains(records, record => record.SecondsRemaining is >= 0 and <= 2);
        Assert.All(records, record => Assert.StartsWith("Timing cifar_resnet20", record.Activity));
        Assert.Equal(records.Select(record => record.PercentComplete).Where(percent => percent >= 0).Order(), records.Select(record => record.PercentComplete).Where(percent => percent >= 0));
    }

    [Fact]
    public void A_stream_that_stops_at_the_first_warning_stops_the_work()
    {
        using TemporaryFolder folder = new();
        folder.Write("class/broken.png", [1, 2, 3]);

        ModuleSession.Result result = session.Run(
            "try { Get-QuantizedPretrained cifar_resnet20 -Float -Untrained | Measure-ModelAccuracy $args[0] -ErrorAction Stop } catch { $_.FullyQualifiedErrorId }", folder.Path);

        Assert.Equal("ImageUnreadable,QuantPS.Commands.MeasureModelAccuracyCommand", result.Output.Single().BaseObject);
    }
}
