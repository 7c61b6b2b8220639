using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using QuantPS.Analysis;
using QuantPS.Gates;
using QuantPS.Reports;
using QuantPS.Tests.Gates;

namespace QuantPS.Tests.Reports;

public sealed class QuantReportTests
{
    private const string Hostile = "a|b*<script>alert(1)</script>&amp;\"'\r\n# ]]>\n##vso[task.complete]\n::error::x\u0001\uFFFE[l](javascript:1)`";

    [Fact]
    public void A_model_that_several_are_compared_with_stands_once_and_first()
    {
        QuantReport report = Report(Comparisons.Create(), Comparisons.Create() with { Candidate = Comparisons.Figures("other", ModelPrecision.Int8, 1, 1) });

        Assert.Equal(["net (Float32)", "net (Int8)", "other (Int8)"], report.Models.Select(row => row.Model.ToString()));
    }

    [Fact]
    public void Markdown_has_the_figures_in_tables()
    {
        string[] lines = Report(Comparisons.Create()).ToText(ReportFormat.Markdown).Split('\n');

        Assert.Equal("# Report", lines[0]);
        Assert.Contains(@"| net (Int8) | 0.250 | 4.00 | 100.0 | 94.00 | 1.00 | 5 | 0.50 (0.40 to 0.60, 96 % sure, 15 rounds) |", lines);
        Assert.Contains("| net (Float32) | 1.000 |  | 100.0 | 95.00 |  | 10 |  |", lines);
        Assert.Contains("| conv1 | conv2d | 1x2x3x4 | 25.0 | 0.01000 | 0.50000 |", lines);
        Assert.Contains("| StaticQuantization | Backend X86 |", lines);
        Assert.Contains(lines, line => line.StartsWith("| Failed | net (Int8) | MaxAccuracyDrop | hard | 0.5 | 1 | "));
    }

    [Fact]
    public void Markdown_takes_every_name_as_text()
    {
        string text = Report(Comparisons.Create(Hostile, layer: Hostile)).ToText(ReportFormat.Markdown);

        Assert.DoesNotContain("<", text);
        Assert.DoesNotContain("##vso", text);
        Assert.DoesNotContain("](", text.Replace(@"\](", ""));
        Assert.All(text.Split('\n').Where(line => line.StartsWith('|')), line => Assert.Matches(@"^\|.*\|$", line));
        int columns = 7;
        Assert.Equal(columns + 1, Regex.Count(text.Split('\n').First(line => line.StartsWith("| Failed")), @"(?<!\\)\|"));
    }

    [Fact]
    public void Html_is_one_page_that_loads_nothing_and_takes_every_name_as_text()
    {
        string page = Report(Comparisons.Create(Hostile, layer: Hostile)).ToText(ReportFormat.Html);

        Assert.DoesNotContain("<script", page);
        Assert.DoesNotMatch(@"(src|href)\s*=", page);
        Assert.Contains("default-src 'none'", page);
        XElement body = XElement.Parse(Regex.Match(page, "<body>.*</body>", RegexOptions.Singleline).Value);
        XElement[] plots = [.. body.Descendants("svg")];
        Assert.Equal(4, plots.Length);
        Assert.Equal(["1", "0.25"], plots[0].Elements("text").Where(text => text.Attribute("text-anchor") is null).Select(text => text.Value));
        double[] widths = [.. plots[0].Elements("rect").Select(bar => (double)bar.Attribute("width")!)];
        Assert.Equal(4, widths[0] / widths[1], 0.01);
    }

    [Fact]
    public void JUnit_has_a_suite_for_each_model_and_a_case_for_each_gate()
    {
        XElement suite = XDocument.Parse(Report(Comparisons.Create(Hostile)).ToText(ReportFormat.JUnit)).Root!.Elements("testsuite").Single();

        Assert.Equal(("3", "1"), (suite.Attribute("tests")!.Value, suite.Attribute("failures")!.Value));
        Assert.Equal(["MaxAccuracyDrop", "MaxAccuracyDrop (soft)", "MinRatio"], suite.Elements("testcase").Select(test => test.Attribute("name")!.Value));
        XElement failure = suite.Descendants("failure").Single();
        Assert.Equal("AccuracyDropTooLarge", failure.Attribute("type")!.Value);
        Assert.Contains("loses 1 points of top-1 accuracy, and at most 0.5", failure.Attribute("message")!.Value);
        Assert.Contains("<script>", suite.Attribute("name")!.Value);
    }

    [Fact]
    public void Json_has_all_figures_those_too_that_are_no_finite_numbers()
    {
        JsonElement root = JsonDocument.Parse(Report(Comparisons.Create(Hostile, sqnr: double.PositiveInfinity)).ToText(ReportFormat.Json)).RootElement;

        Assert.Equal(Hostile.Replace("\uFFFE", ""), root.GetProperty("models")[1].GetProperty("name").GetString()!.Replace("\uFFFE", ""));
        JsonElement comparison = root.GetProperty("comparisons")[0];
        Assert.Equal("Infinity", comparison.GetProperty("layers")[0].GetProperty("sqnr").GetString());
        Assert.Equal(0.4, comparison.GetProperty("latency").GetProperty("lower").GetDouble());
        Assert.Equal("Failed", root.GetProperty("gates")[0].GetProperty("outcome").GetString());
        Assert.Equal("X86", root.GetProperty("models")[1].GetProperty("history")[0].GetProperty("settings").GetProperty("Backend").GetString());
    }

    [Fact]
    public void A_model_alone_and_gates_alone_are_reports_too()
    {
        QuantReport model = new("Report", [Comparisons.Alone(null)], []), gates = Report(Comparisons.Create()) with { };
        gates = new QuantReport("Report", [], gates.Gates);

        foreach (ReportFormat format in Enum.GetValues<ReportFormat>())
        {
            Assert.NotEmpty(model.ToText(format));
            Assert.NotEmpty(gates.ToText(format));
        }
        Assert.Contains("0.250", model.ToText(ReportFormat.Html));
    }

    internal static QuantReport Report(params ModelComparison[] comparisons)
    {
        var limits = new GateLimits(GateLimits.Empty.Add("MaxAccuracyDrop", 0.5).Add("MinRatio", 3), GateLimits.Empty.Add("MaxAccuracyDrop", 0.1));
        return new QuantReport("Report", [.. comparisons], QualityGate.Check(comparisons[0], limits));
    }
}
