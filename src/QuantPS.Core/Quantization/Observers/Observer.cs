using QuantPS.Engine;

namespace QuantPS.Quantization;

/// <summary>Gathers the range of an activation from the batches of a calibration, and gives its scale and zero point.</summary>
/// <remarks>Source: torch/ao/quantization/observer.py.</remarks>
public abstract class Observer
{
    /// <summary>Makes the observer of a kind that serves activations.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The kind is for weights.</exception>
    public static Observer Create(ObserverKind kind) => kind switch
    {
        ObserverKind.MinMax => new MinMaxObserver(),
        ObserverKind.MovingAverageMinMax => new MovingAverageMinMaxObserver(),
        ObserverKind.Histogram => new HistogramObserver(),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "This observer is for weights."),
    };

    /// <summary>Whether any value has been seen.</summary>
    public abstract bool HasData { get; }

    /// <summary>Takes the values of one batch, in any order.</summary>
    public abstract void Observe(ReadOnlySpan<float> values);

    /// <summary>The range that codes are to represent; needs data.</summary>
    public abstract QuantRange Range();

    /// <summary>The scale and the zero point for codes from 0 to <paramref name="maximumCode"/>; needs data.</summary>
    public QuantParams Calculate(int maximumCode) => QuantFormula.Affine(Range(), maximumCode);
}
