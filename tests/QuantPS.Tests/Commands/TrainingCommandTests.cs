using System.Management.Automation;
using System.Management.Automation.Runspaces;
using QuantPS.Engine;
using QuantPS.Tests.Training;
using QuantPS.Training;

namespace QuantPS.Tests.Commands;

/// <summary>Training as its users meet it; in turn with the other trainings, whose tensors are counted.</summary>
[Collection(TrainingCollection.Name)]
public sealed class TrainingCommandTests(ModuleSession session) : IClassFixture<ModuleSession>, IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Ctrl_C_ends_the_training_with_a_checkpoint_and_without_a_model_and_it_goes_on_to_the_same_weights()
    {
        const string train = "Get-QuantizedPretrained sample_net -Float | Start-QatTraining $args[0] -Epoch 3 -BatchSize 4 -LearningRate 0.01 -Threads 1";
        string images = Path.Combine(session.Shapes, "train"), checkpoint = _folder.At("training.checkpoint");
        var host = new RecordingHost();
        using Runspace runspace = ModuleSession.Open(host);
        using PowerShell shell = PowerShell.Create(runspace).AddScript($"{train} -CheckpointPath $args[1]").AddArgument(images).AddArgument(checkpoint);
        PSDataCollection<PSObject> output = [];
        IAsyncResult running = shell.BeginInvoke(new PSDataCollection<PSObject>(), output);
        SpinWait.SpinUntil(() => host.Progress.Any(IsOfTraining), TimeSpan.FromSeconds(30));
        shell.Stop();

        Assert.Throws<PipelineStoppedException>(() => shell.EndInvoke(running));
        Assert.Empty(output);
        Assert.Equal([checkpoint], Directory.EnumerateFileSystemEntries(_folder.Path));

        QuantModel resumed = session.Run($"{train} -CheckpointPath $args[1] -Resume", images, checkpoint).Single<QuantModel>();
        QuantModel whole = session.Run(train, images).Single<QuantModel>();
        foreach ((string name, Tensor tensor) in whole.Graph.Constants)
            Assert.True(tensor.Bytes.SequenceEqual(resumed.Graph.Constants[name].Bytes), name);
    }

    [Fact]
    public void An_int8_network_is_given_a_new_head_which_is_trained_alone_and_then_with_all_that_is_not_frozen()
    {
        string train = Path.Combine(session.Shapes, "train"), test = Path.Combine(session.Shapes, "test");
        QuantModel head = session.Run(
            "Get-QuantizedPretrained cifar_resnet20 -Untrained -Backend Qnnpack | Start-QatTraining $args[0] $args[1] -ClassCount 12 -HeadOnly -Epoch 1 -LearningRate 0.01", train, test).Single<QuantModel>();
        QuantModel tuned = session.Run("$args[0] | Start-QatTraining $args[1] $args[2] -FreezeModule conv1* -Epoch 1 -LearningRate 0.0005", head, train, test).Single<QuantModel>();

        Assert.Equal((ModelPrecision.Int8, QuantizationBackend.Qnnpack), (tuned.Precision, tuned.Backend));
        Assert.Equal(["HeadTraining", "QuantizationAwareTraining"], tuned.History[^2..].Select(step => step.Name));
        Assert.Equal(["FakeQuantizedTop1", "FloatTop1", "Int8Top1"], tuned.History[^1].Measures.Keys);
        Assert.Equal(12, tuned.Graph.InferTypes(1)[tuned.Graph.Output].Shape[1]);
    }

    [Fact]
    public void The_best_epoch_comes_out_and_every_epoch_is_told()
    {
        using PowerShell shell = session.Shell(
            "Get-QuantizedPretrained sample_net -Float | Start-QatTraining $args[0] $args[1] -Float -Epoch 3 -LearningRate 0.3 -Verbose",
            Path.Combine(session.Shapes, "train"), Path.Combine(session.Shapes, "test"));

        var trained = Assert.IsType<QuantModel>(Assert.Single(shell.Invoke()).BaseObject);

        EpochRecord[] epochs = [.. trained.History[^1].Records.Cast<EpochRecord>()];
        Assert.Equal(epochs.Select(epoch => epoch.ToString()), shell.Streams.Verbose.Select(line => line.Message).Where(line => line.StartsWith("Epoch", StringComparison.Ordinal)));
        Assert.Equal(epochs.Max(epoch => epoch.ValidationTop1), epochs[int.Parse(trained.History[^1].Settings["BestEpoch"], null) - 1].ValidationTop1);
        Assert.Matches(@"^epoch \d of 3, (training|validating) batch \d+ of \d+: loss \d+\.\d+, top-1 \d+\.\d %, \d+ images/s$", shell.Streams.Progress.First(IsOfTraining).StatusDescription);
    }

    // Reading the network tells its progress, too.
    private static bool IsOfTraining(ProgressRecord record) => record.StatusDescription.StartsWith("epoch", StringComparison.Ordinal);
}
