using System.Collections.Immutable;
using System.Xml.Linq;
using QuantPS.Analysis;
using QuantPS.Bridges;
using QuantPS.Engine;
using QuantPS.Quantization;
using QuantPS.Reports;
using QuantPS.Tests.Training;
using QuantPS.Tests.Zoo;
using QuantPS.Zoo;

namespace QuantPS.Tests.Analysis;

public sealed class LayerHistogramTests
{
    private static readonly XNamespace _svg = "http://www.w3.org/2000/svg";
    private static readonly QuantModel _model = Architectures.Find("cifar_resnet20").Create(1);

    [Fact]
    public void The_weights_of_every_layer_that_has_some_are_counted()
    {
        ImmutableArray<LayerHistogram> layers = Weights();

        Assert.Equal(20, layers.Length);
        Assert.All(layers, layer => Assert.Null(layer.Activation));
        float[] weight = _model.Graph.Constants["conv1.weight"].ToFloats();
        Assert.Equal((weight.Length, weight.Min(), weight.Max()), (layers[0].Weight!.Total, (float)layers[0].Weight!.Minimum, (float)layers[0].Weight!.Maximum));
        Assert.Null(layers[0].Weight!.Range);
    }

    [Fact]
    public void Codes_have_a_bar_each_and_the_ends_of_their_range()
    {
        QuantModel int8 = UncalibratedModels.Static(_model, QuantizationBackend.Qnnpack);
        LayerHistogram layer = Assert.Single(Gather(int8, "layer1.0.conv1"));

        QuantParams activation = layer.Layer.Activation!;
        Assert.Equal(8 * 16 * 32 * 32, layer.Activation!.Total);
        Assert.Equal(activation.Scale, (layer.Activation.Maximum - layer.Activation.Minimum) / layer.Activation.Counts.Length, 1e-6);
        Assert.Equal(-activation.Scale * activation.ZeroPoint, layer.Activation.Range!.Value.Lowest, 1e-6);
        Assert.Equal(-128 * layer.Layer.WeightScales[0], layer.Weight!.Range!.Value.Lowest, 1e-6);
    }

    [Fact]
    public void What_a_float_layer_gives_is_counted_over_all_images()
    {
        LayerHistogram[] layers = [.. Gather(_model, "relu", "linear")];

        Assert.Equal(["relu", "linear"], layers.Select(layer => layer.Layer.Module));
        Assert.Equal(8 * 16 * 32 * 32, layers[0].Activation!.Total);
        Assert.Equal(0, layers[0].Activation!.Minimum);
        Assert.InRange(layers[0].Activation!.ZeroShare, 0.2, 0.9);
        Assert.Equal(8 * 10, layers[1].Activation!.Total);
        Assert.Null(layers[0].Weight);
    }

    [Fact]
    public void The_picture_has_a_chart_for_each_with_a_bar_for_each_bin_that_is_not_empty()
    {
        ImmutableArray<LayerHistogram> layers = Gather(UncalibratedModels.Static(_model, QuantizationBackend.Qnnpack), "conv1", "linear");

        XElement picture = XElement.Parse(HistogramPicture.ToSvg(layers, Bridge.Load<IChartPainter>("Media")));

        Assert.Equal(["0 0", "560 0", "0 320", "560 320"], picture.Elements(_svg + "svg").Select(chart => $"{(string)chart.Attribute("x")!} {(string)chart.Attribute("y")!}"));
        int bars = layers[0].Weight!.Counts.Count(count => count > 0);
        Assert.InRange(picture.Elements(_svg + "svg").First().Descendants(_svg + "rect").Count(), bars, bars + 20);
        string[] ids = [.. picture.Descendants().Attributes("id").Select(id => id.Value)];
        Assert.Equal(ids.Distinct(), ids);
    }

    [Fact]
    public void The_page_shows_names_as_text()
    {
        string page = HistogramPicture.ToHtml(Weights("linear"), "Histograms of <script>", Bridge.Load<IChartPainter>("Media"));

        Assert.Contains("<h1>Histograms of &lt;script&gt;</h1>", page);
        Assert.Equal(1, page.Split("<svg").Length - 1);
    }

    [Fact]
    public void A_module_that_is_not_there_is_an_error() =>
        Assert.Equal("ModuleNotFound", Assert.Throws<QuantPSException>(() => Gather(_model, "layer9")).ErrorId);

    private static ImmutableArray<LayerHistogram> Weights(params string[] modules) =>
        LayerHistograms.Gather(_model, modules, cancel: TestContext.Current.CancellationToken);

    private static ImmutableArray<LayerHistogram> Gather(QuantModel model, params string[] modules) =>
        LayerHistograms.Gather(model, modules, DrawnImages.Create(8) with { Preprocessing = _model.Preprocessing with { Resize = 32, Crop = 32 } }, cancel: TestContext.Current.CancellationToken);
}
