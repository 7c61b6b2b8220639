using QuantPS.Analysis;
using QuantPS.Checkpoints;
using QuantPS.Data;
using QuantPS.Zoo;

namespace QuantPS.Tests.Training;

/// <summary>The trained network that ships with the module.</summary>
public sealed class SampleNetworkTests
{
    private static readonly string Weights = Path.Combine(Repository.Module, "Data", "sample_net.pth");

    [Fact]
    public void It_is_small() => Assert.InRange(new FileInfo(Weights).Length, 1, 1_000_000);

    [Fact]
    public void It_names_most_but_not_all_images_that_it_has_not_seen()
    {
        QuantModel model = Architectures.Find("sample_net").FromStateDict(StateDictReader.Read(Weights));
        var images = new ImageDataset("shapes", new UnseenShapes(), [.. SampleDataset.Classes],
            [.. Enumerable.Range(0, 1000).Select(index => index % SampleDataset.Classes.Count)]);

        AccuracyReport report = ModelAccuracy.Measure(model, images, batchSize: 32, Environment.ProcessorCount, cancel: TestContext.Current.CancellationToken);

        Assert.InRange(report.Top1, 90, 99);
    }

    private sealed class UnseenShapes : IImageSource
    {
        public RgbImage Read(int index) => SampleDataset.Draw(seed: 0, test: true, index);

        public string PathOf(int index) => $"shape#{index}";
    }
}
