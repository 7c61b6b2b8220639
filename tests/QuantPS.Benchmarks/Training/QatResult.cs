using QuantPS.Engine;

namespace QuantPS.Benchmarks.Training;

/// <summary>The top-1 accuracies, in percent, of one training for int8 and of the same training in float.</summary>
/// <param name="Seed">The seed.</param>
/// <param name="Backend">The backend.</param>
/// <param name="Float">After training in float.</param>
/// <param name="Static">Of the model trained in float, quantized afterwards; null where that was not measured.</param>
/// <param name="Fake">After training with fake quantization, with it.</param>
/// <param name="Int8">After the conversion.</param>
internal sealed record QatResult(ulong Seed, QuantizationBackend Backend, double Float, double? Static, double Fake, double Int8)
{
    /// <summary>Prints the means for each backend.</summary>
    public static void PrintMeans(IEnumerable<QatResult> results)
    {
        foreach (IGrouping<QuantizationBackend, QatResult> group in results.GroupBy(result => result.Backend))
            Console.WriteLine(FormattableString.Invariant(
                $"mean  {group.Key,-7} {group.Average(row => row.Float),8:f2} {group.Average(row => row.Static),14:f2} {group.Average(row => row.Fake),17:f2} {group.Average(row => row.Int8),8:f2}   less than float {group.Average(row => row.Float - row.Int8):f2}, most between fake-quantized and int8 {group.Max(row => Math.Abs(row.Fake - row.Int8)):f2}, mean {group.Average(row => row.Fake - row.Int8):f2}"));
    }
}
