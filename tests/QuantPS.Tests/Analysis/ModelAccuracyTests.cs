using QuantPS.Analysis;
using QuantPS.Data;

namespace QuantPS.Tests.Analysis;

public sealed class ModelAccuracyTests
{
    private static readonly byte[] _red = [255, 0, 0], _green = [0, 255, 0], _blue = [0, 0, 255];

    [Fact]
    public void Right_answers_and_the_loss_are_those_that_one_works_out_by_hand()
    {
        AccuracyReport report = Measure(ColourNet.Create(), ColourNet.Images(["a", "b", "c"], (0, _red), (1, _green), (0, _blue)));

        double right = Math.Log(Math.E + 2) - 1, wrong = Math.Log(Math.E + 2);
        Assert.Equal((3, 200.0 / 3, 100.0), (report.Count, report.Top1, report.Top5));
        Assert.Equal((2 * right + wrong) / 3, report.Loss, 1e-6);
    }

    [Fact]
    public void Classes_are_matched_by_name_where_the_model_knows_them()
    {
        ImageDataset images = ColourNet.Images(["blue", "red"], (0, _blue), (1, _red), (1, _red));

        Assert.Equal(100, Measure(ColourNet.Create(1, "red", "green", "blue"), images).Top1);
        Assert.Equal(0, Measure(ColourNet.Create(), images).Top1);
    }

    [Fact]
    public void Of_equal_scores_the_first_is_the_answer()
    {
        ImageDataset images = ColourNet.Images(["a", "b", "c"], (0, _red), (1, _green));

        Assert.Equal(50, Measure(ColourNet.Create(0), images).Top1);
    }

    [Fact]
    public void A_network_that_gives_no_numbers_is_never_right()
    {
        AccuracyReport report = Measure(ColourNet.Create(float.NaN), ColourNet.Images(["a", "b", "c"], (0, _red), (1, _green), (2, _blue)));

        Assert.Equal(0, report.Top1);
        Assert.Equal(double.NaN, report.Loss);
    }

    [Fact]
    public void Images_that_cannot_be_read_are_told_and_left_out()
    {
        List<string> unreadable = [];
        ImageDataset images = ColourNet.Images(["a", "b", "c"], (0, _red), (1, null), (1, _green));

        AccuracyReport report = ModelAccuracy.Measure(ColourNet.Create(), images, batchSize: 2, threads: 1, (path, _) => unreadable.Add(path), cancel: TestContext.Current.CancellationToken);

        Assert.Equal((2, 100.0), (report.Count, report.Top1));
        Assert.Equal(["pixel#1"], unreadable);
    }

    [Fact]
    public void Without_a_readable_image_there_is_no_accuracy() =>
        Assert.Equal("NoReadableImages", Fail(ColourNet.Create(), ColourNet.Images(["a"], (0, null))));

    [Fact]
    public void Data_that_does_not_fit_the_classes_is_an_error()
    {
        Assert.Equal("DatasetMismatch", Fail(ColourNet.Create(), ColourNet.Images([], (-1, _red))));
        Assert.Equal("DatasetMismatch", Fail(ColourNet.Create(), ColourNet.Images(["a", "b", "c", "d"], (0, _red))));
    }

    [Fact]
    public void A_network_without_scores_is_an_error() =>
        Assert.Equal("ModelNotClassifier", Fail(ColourNet.WithoutScores(), ColourNet.Images(["a"], (0, _red))));

    private static string Fail(QuantModel model, ImageDataset images) => Assert.Throws<QuantPSException>(() => Measure(model, images)).ErrorId;

    private static AccuracyReport Measure(QuantModel model, ImageDataset images) =>
        ModelAccuracy.Measure(model, images, batchSize: 2, threads: 1, cancel: TestContext.Current.CancellationToken);
}
