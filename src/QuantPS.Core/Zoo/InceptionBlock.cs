using QuantPS.Engine;

namespace QuantPS.Zoo;

/// <summary>A block of Inception v3: branches side by side, whose channels are joined. B and D halve the image.</summary>
/// <param name="graph">What is built.</param>
/// <param name="path">The module.</param>
/// <param name="input">The value that every branch takes.</param>
internal readonly struct InceptionBlock(GraphBuilder graph, string path, string input)
{
    private static Size2 Row(int width) => new(1, width);

    private static Size2 Column(int height) => new(height, 1);

    public string A(int pooled)
    {
        graph.Declare(path);
        string single = Conv("branch1x1", input, 64, 1);
        string large = Conv("branch5x5_2", Conv("branch5x5_1", input, 48, 1), 64, 5);
        string twice = Conv("branch3x3dbl_3", Conv("branch3x3dbl_2", Conv("branch3x3dbl_1", input, 64, 1), 96, 3), 96, 3);
        return Concat("myop", single, large, twice, Conv("branch_pool", AveragePool(), pooled, 1));
    }

    public string B()
    {
        graph.Declare(path);
        string once = Halve("branch3x3", input, 384);
        string twice = Halve("branch3x3dbl_3", Conv("branch3x3dbl_2", Conv("branch3x3dbl_1", input, 64, 1), 96, 3), 96);
        return Concat("myop", once, twice, MaxPool());
    }

    public string C(int inner)
    {
        graph.Declare(path);
        string single = Conv("branch1x1", input, 192, 1);
        string x = Conv("branch7x7_2", Conv("branch7x7_1", input, inner, 1), inner, Row(7));
        string once = Conv("branch7x7_3", x, 192, Column(7));
        x = Conv("branch7x7dbl_2", Conv("branch7x7dbl_1", input, inner, 1), inner, Column(7));
        x = Conv("branch7x7dbl_4", Conv("branch7x7dbl_3", x, inner, Row(7)), inner, Column(7));
        string twice = Conv("branch7x7dbl_5", x, 192, Row(7));
        return Concat("myop", single, once, twice, Conv("branch_pool", AveragePool(), 192, 1));
    }

    public string D()
    {
        graph.Declare(path);
        string small = Halve("branch3x3_2", Conv("branch3x3_1", input, 192, 1), 320);
        string x = Conv("branch7x7x3_2", Conv("branch7x7x3_1", input, 192, 1), 192, Row(7));
        string large = Halve("branch7x7x3_4", Conv("branch7x7x3_3", x, 192, Column(7)), 192);
        return Concat("myop", small, large, MaxPool());
    }

    public string E()
    {
        graph.Declare(path);
        string single = Conv("branch1x1", input, 320, 1);
        string x = Conv("branch3x3_1", input, 384, 1);
        string[] once = [Conv("branch3x3_2a", x, 384, Row(3)), Conv("branch3x3_2b", x, 384, Column(3))];
        x = Conv("branch3x3dbl_2", Conv("branch3x3dbl_1", input, 448, 1), 384, 3);
        string[] twice = [Conv("branch3x3dbl_3a", x, 384, Row(3)), Conv("branch3x3dbl_3b", x, 384, Column(3))];
        string pooled = Conv("branch_pool", AveragePool(), 192, 1);
        // PyTorch joins the halves of a branch before it goes on; its modules for that come last.
        return Concat("myop3", single, Concat("myop1", once), Concat("myop2", twice), pooled);
    }

    private string Conv(string name, string x, int channels, Size2 kernel) =>
        graph.BasicConv($"{path}.{name}", x, channels, kernel, padding: new(kernel.Height / 2, kernel.Width / 2));

    private string Halve(string name, string x, int channels) => graph.BasicConv($"{path}.{name}", x, channels, kernel: 3, stride: 2);

    private string AveragePool() =>
        graph.Emit(new AvgPool2d { Name = $"{path}.avg_pool2d", Module = path, Inputs = [input], Window = new(3, 1, 1) });

    private string MaxPool() => graph.Emit(new MaxPool2d { Name = $"{path}.max_pool2d", Module = path, Inputs = [input], Window = new(3, 2, 0) });

    private string Concat(string name, params string[] values)
    {
        graph.DeclareFunctional($"{path}.{name}");
        return graph.Concat($"{path}.{name}", values);
    }
}
