namespace QuantPS.Training;

/// <summary>
/// Watches the training's loss, smoothed over some ten batches: it diverges when it is above where it began, twice its lowest and worse
/// than guessing.
/// </summary>
/// <param name="Batches">The number of batches seen.</param>
/// <param name="Smoothed">The exponential average of their losses.</param>
/// <param name="First">The average after the first five batches.</param>
/// <param name="Lowest">The lowest average since.</param>
/// <param name="Told">Whether it was seen to diverge.</param>
public sealed record DivergenceWatch(int Batches = 0, double Smoothed = 0, double First = double.PositiveInfinity, double Lowest = double.PositiveInfinity, bool Told = false)
{
    private const int Start = 5;

    /// <summary>The watch after one more batch.</summary>
    /// <param name="loss">Its loss.</param>
    /// <param name="classes">The number of classes, by which guessing is judged.</param>
    public DivergenceWatch After(double loss, int classes)
    {
        double smoothed = Batches == 0 ? loss : Smoothed + (loss - Smoothed) / Math.Min(Batches + 1, 10);
        DivergenceWatch next = this with
        {
            Batches = Batches + 1,
            Smoothed = smoothed,
            First = Batches < Start ? smoothed : First,
            Lowest = Batches < Start ? smoothed : Math.Min(Lowest, smoothed),
        };
        bool diverges = next.Batches > Start && smoothed > next.First && smoothed > 2 * next.Lowest && smoothed > Math.Log(classes);
        return next with { Told = Told || diverges };
    }
}
