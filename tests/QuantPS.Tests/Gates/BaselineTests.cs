using System.Text;
using QuantPS.Gates;

namespace QuantPS.Tests.Gates;

public sealed class BaselineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_baseline_reads_back_and_the_same_figures_make_the_same_bytes()
    {
        Baseline written = (Baseline.Empty with { Limits = QualityGateTests.Limits("MaxAccuracyDrop", 0.5) })
            .With(Comparisons.Create("b")).With(Comparisons.Create("a")).With(Comparisons.Alone(null));
        string path = _folder.At("baseline.json");
        written.Write(path);
        Baseline read = Baseline.Read(path);

        Assert.Equal(written.ToJson(), read.ToJson());
        Assert.Equal(written.ToJson(), File.ReadAllText(path));
        Assert.Equal(0.5, read.Limits.Hard["maxaccuracydrop"]);
        Assert.Equal(["a (Int8)", "b (Int8)", "net (Int8)"], read.Models.Keys);
        Assert.Equal(new BaselineFigures(0.25, 4, 94, "test", 1000, 0.5, 25, 102), read.Of(Comparisons.Create("a")));
        Assert.Null(read.Of(Comparisons.Create("c")));
    }

    [Fact]
    public void The_accuracy_is_compared_with_the_one_that_was_accepted()
    {
        BaselineFigures accepted = BaselineFigures.Of(Comparisons.Alone(95));

        GateResult result = Assert.Single(QualityGate.Check(Comparisons.Alone(94), QualityGateTests.Limits("MaxAccuracyDrop", 0.5), accepted));

        Assert.Equal((1.0, GateOutcome.Failed), (result.Actual, result.Outcome));
    }

    [Fact]
    public void Figures_of_other_images_are_not_compared()
    {
        Baseline baseline = Baseline.Empty.With(Comparisons.Create());
        var other = Comparisons.Create();
        other = other with { Candidate = other.Candidate with { Accuracy = other.Candidate.Accuracy! with { Count = 500 } } };

        Assert.Equal("BaselineMismatch", Assert.Throws<QuantPSException>(() => baseline.Of(other)).ErrorId);
    }

    [Theory]
    [InlineData("not json", "BaselineUnreadable")]
    [InlineData("{}", "BaselineUnreadable")]
    [InlineData("""{ "version": 2, "models": {} }""", "BaselineUnreadable")]
    [InlineData("""{ "version": 1, "models": { "a": null } }""", "BaselineUnreadable")]
    [InlineData("""{ "version": 1, "models": {}, "limit": {} }""", "BaselineUnreadable")]
    [InlineData("""{ "version": 1, "models": {}, "limits": { "MaxSize": 1 } }""", "GateUnknown")]
    public void A_file_that_is_no_baseline_is_refused(string text, string errorId) =>
        Assert.Equal(errorId, Assert.Throws<QuantPSException>(() => Baseline.Read(_folder.Write("bad.json", Encoding.UTF8.GetBytes(text)))).ErrorId);

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("absent.json", Assert.Throws<QuantPSException>(() => Baseline.Read(_folder.At("absent.json"))).Message);
}
