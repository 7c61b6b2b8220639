using System.Collections.Immutable;

namespace QuantPS.Gates;

/// <summary>The limits of the gates, by their names.</summary>
/// <param name="Hard">A model that does not keep one of these fails.</param>
/// <param name="Soft">Not keeping one of these is a warning.</param>
/// <exception cref="QuantPSException"><c>GateUnknown</c>: there is no gate of a name. <c>GateLimitInvalid</c>: a limit is no number.</exception>
public sealed record GateLimits(ImmutableSortedDictionary<string, double> Hard, ImmutableSortedDictionary<string, double> Soft)
{
    /// <summary>No limits of one kind; names are compared whatever their case.</summary>
    public static ImmutableSortedDictionary<string, double> Empty { get; } = ImmutableSortedDictionary.Create<string, double>(StringComparer.OrdinalIgnoreCase);

    /// <summary>No limits.</summary>
    public static GateLimits None { get; } = new(Empty, Empty);

    /// <inheritdoc cref="GateLimits"/>
    public ImmutableSortedDictionary<string, double> Hard { get; } = Checked(Hard);

    /// <inheritdoc cref="GateLimits"/>
    public ImmutableSortedDictionary<string, double> Soft { get; } = Checked(Soft);

    /// <summary>Whether there is no limit at all.</summary>
    public bool IsEmpty => Hard.IsEmpty && Soft.IsEmpty;

    /// <summary>These limits, and for gates without one those of another.</summary>
    public GateLimits Or(GateLimits other) => new(other.Hard.SetItems(Hard), other.Soft.SetItems(Soft));

    private static ImmutableSortedDictionary<string, double> Checked(ImmutableSortedDictionary<string, double> limits)
    {
        string[] names = [.. QualityGate.All.Select(gate => gate.Name)];
        foreach ((string name, double limit) in limits)
        {
            if (QualityGate.Find(name) is null)
                throw new QuantPSException("GateUnknown",
                    $"There is no gate '{PlainText.Of(name)}'.{NearestName.Question(name, names)} There are: {string.Join(", ", names)}.", name);
            if (!double.IsFinite(limit))
                throw new QuantPSException("GateLimitInvalid", $"The limit of {name} is not a finite number.", name);
        }
        return limits;
    }
}
