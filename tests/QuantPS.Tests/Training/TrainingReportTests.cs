using System.Globalization;
using System.Xml.Linq;
using QuantPS.Bridges;
using QuantPS.Engine;
using QuantPS.Training;

namespace QuantPS.Tests.Training;

[Collection(TrainingCollection.Name)]
public sealed class TrainingReportTests
{
    private const string Hostile = "<script>alert('x')</script>&\"";

    private static readonly Lazy<QuantModel> Trained = new(() => ModelTrainer.TrainQuantized(
        SmallNetwork.Model() with { Name = Hostile }, new(DrawnImages.Create(32), DrawnImages.Create(16, seed: 2)),
        new() { Backend = QuantizationBackend.Fbgemm, Training = new() { Epochs = 2, BatchSize = 16, LearningRate = 0.05, Threads = 1 } }));

    [Fact]
    public void The_page_has_curves_accuracies_settings_epochs_and_scales()
    {
        QuantModel model = Trained.Value;
        string page = Report(model);

        Assert.Equal(2, page.Split("<svg").Length - 1);
        Assert.Contains("<td>converted to int8</td><td>" + model.History[^1].Measures["Int8Top1"].ToString("0.00", System.Globalization.CultureInfo.InvariantCulture), page);
        Assert.Contains("<td>with fake quantization</td>", page);
        Assert.Contains("<td>trained weights in float</td>", page);
        Assert.Contains("<td>Activations</td><td>quint8 0..127, affine, moving average of minimum and maximum</td>", page);
        Assert.Contains("(8 channels)", page);
        Assert.Contains($"<td>{model.History[^1].Layers[0].Sqnr.ToString("0.0", System.Globalization.CultureInfo.InvariantCulture)}</td>", page);
        Assert.All(model.Layers, layer => Assert.Contains($"<td>{layer.Module}</td>", page));
        Assert.Equal(2, model.History[^1].Records.Cast<EpochRecord>().Count(epoch => page.Contains(epoch.TrainingLoss.ToString("0.0000", System.Globalization.CultureInfo.InvariantCulture))));
    }

    [Fact]
    public void Names_cannot_become_markup_and_the_page_is_well_formed()
    {
        string page = Report(Trained.Value with { History = [Trained.Value.History[^1] with { Settings = Trained.Value.History[^1].Settings.Add("Hostile", Hostile) }] });

        Assert.DoesNotContain("<script", page);
        string body = page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)];
        XElement parsed = XElement.Parse(body);
        Assert.Contains(parsed.Descendants("td"), cell => cell.Value == Hostile);
    }

    [Fact]
    public void The_page_needs_nothing_else()
    {
        string page = Report(Trained.Value);

        Assert.All((string[])["src=", "href=", "@import", "url(h"], reference => Assert.DoesNotContain(reference, page));
        string[] ids = [.. XElement.Parse(page[page.IndexOf("<body>", StringComparison.Ordinal)..page.IndexOf("</html>", StringComparison.Ordinal)])
            .DescendantsAndSelf().Select(element => (string?)element.Attribute("id")).OfType<string>()];
        Assert.NotEmpty(ids);
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void A_model_without_a_training_is_an_error() =>
        Assert.Equal("TrainingRecordNotFound", Assert.Throws<QuantPSException>(() => Report(SmallNetwork.Model())).ErrorId);

    [Fact]
    public void The_file_is_written_whole()
    {
        using TemporaryFolder folder = new();
        TrainingReport.Write(Trained.Value, folder.At("report.html"));

        Assert.Equal(Report(Trained.Value), File.ReadAllText(folder.At("report.html")));
    }

    [Fact]
    public void The_page_is_the_same_whatever_the_culture()
    {
        string page = Report(Trained.Value);
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = new("") { NumberFormat = { NumberDecimalSeparator = "," } };
        try
        {
            Assert.Equal(page, Report(Trained.Value));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static string Report(QuantModel model) => TrainingReport.ToHtml(model, Bridge.Load<IChartPainter>("Media"));
}
