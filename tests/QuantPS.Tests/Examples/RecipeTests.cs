using System.Globalization;
using QuantPS.Tests.Host;

namespace QuantPS.Tests.Examples;

/// <summary>Runs the example as the README says, with fewer images.</summary>
public sealed class RecipeTests
{
    private static readonly Lazy<HostProcess.Result> _run = new(() => HostProcess.Run(
        Path.Combine(Repository.Root, "src", "QuantPS", "Examples", "Recipe.ps1"), "-Train", "300", "-Test", "200", "-Duration", "0.05"));

    [Fact]
    public void The_recipe_ends_with_a_table_of_every_model()
    {
        Assert.Equal((0, ""), (_run.Value.ExitCode, _run.Value.Error));
        Assert.Equal(
            ["sample_net", "sample_net, dynamic", "sample_net, static", "sample_net, trained for int8",
             "mobilenet_v2, random weights", "mobilenet_v2, dynamic", "mobilenet_v2, static (qnnpack)", "mobilenet_v2, static, not fused"],
            Rows().Select(row => row.Model));
        Assert.Contains(_run.Value.Output.Split('\n'), line => line.StartsWith("Model ") && line.TrimEnd().EndsWith("Speed-up (libtorch float)"));
        Assert.All(_run.Value.Output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 120, line));
    }

    [Fact]
    public void The_sizes_are_those_of_PyTorch()
    {
        // What an independent writer of PyTorch's format gives for MobileNet v2.
        (string Model, double MB)[] expected =
        [
            ("mobilenet_v2, random weights", 14.242), ("mobilenet_v2, dynamic", 10.40),
            ("mobilenet_v2, static (qnnpack)", 3.614), ("mobilenet_v2, static, not fused", 3.895),
        ];

        Assert.All(expected, pair => Assert.InRange(Rows().Single(row => row.Model == pair.Model).SizeMB, pair.MB * 0.995, pair.MB * 1.005));
    }

    [Fact]
    public void Int8_keeps_the_accuracy_of_the_trained_network()
    {
        Row[] rows = [.. Rows().Where(row => row.Model.StartsWith("sample_net"))];

        Assert.InRange(rows[0].Top1!.Value, 85, 99.5);
        Assert.All(rows, row => Assert.InRange(row.Top1!.Value, rows[0].Top1!.Value - 4, 100));
        Assert.InRange(rows[1].Ratio, 1.5, 2);
        Assert.InRange(rows[2].Ratio, 3.2, 4);
    }

    private static Row[] Rows() =>
    [
        .. _run.Value.Output.Split('\n').SkipWhile(line => !line.StartsWith("-----")).Skip(1)
            .Where(line => line.Trim().Length > 0).Select(line => Row.Parse(line)),
    ];

    private sealed record Row(string Model, string Precision, double SizeMB, double Ratio, double? Top1)
    {
        private const int ModelWidth = 31;

        public static Row Parse(string line)
        {
            string[] cells = line[ModelWidth..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            return new(line[..ModelWidth].TrimEnd(), cells[0], Number(cells[1]), Number(cells[2]), cells[3] == "-" ? null : Number(cells[3]));
        }

        private static double Number(string text) => double.Parse(text, CultureInfo.CurrentCulture);
    }
}
