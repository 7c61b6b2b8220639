using QuantPS.Analysis;

namespace QuantPS.Tests.Analysis;

public sealed class ModelPredictorTests
{
    [Fact]
    public void A_prediction_has_the_most_probable_classes_first()
    {
        using var predictor = new ModelPredictor(ColourNet.Create(1, "red", "green", "blue"), batchSize: 1, threads: 1);

        Prediction prediction = predictor.Predict([0, 2, 1], top: 2);

        double sum = 1 + Math.E + Math.E * Math.E;
        Assert.Equal(["green", "blue"], prediction.Top.Select(score => score.Label));
        Assert.Equal(("green", Math.E * Math.E / sum), (prediction.Label, prediction.Score), (left, right) => left.Item1 == right.Item1 && Math.Abs(left.Item2 - right.Item2) < 1e-9);
        Assert.Equal([0f, 2f, 1f], prediction.Output);
        Assert.Equal(1 / sum, prediction.Scores[0], 1e-9);
    }

    [Fact]
    public void Classes_without_names_are_numbers()
    {
        using var predictor = new ModelPredictor(ColourNet.Create(), batchSize: 1, threads: 1);

        Assert.Equal("2", predictor.Predict([0, 0, 1], top: 1).Label);
    }

    [Fact]
    public void Large_scores_do_not_overflow()
    {
        using var predictor = new ModelPredictor(ColourNet.Create(), batchSize: 1, threads: 1);

        Assert.Equal([1, 0, 0], predictor.Predict([5000, 0, -5000], top: 1).Scores);
    }

    [Fact]
    public void An_input_of_another_length_is_an_error()
    {
        using var predictor = new ModelPredictor(ColourNet.Create(), batchSize: 1, threads: 1);

        Assert.Equal("InputShapeMismatch", Assert.Throws<QuantPSException>(() => predictor.Predict([1, 2], top: 1)).ErrorId);
    }
}
