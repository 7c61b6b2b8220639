using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using QuantPS.Analysis;
using QuantPS.Checkpoints;

namespace QuantPS.Gates;

/// <summary>
/// What was accepted: limits, and the figures of models, in a JSON file that is kept under version control. The same figures make the
/// same bytes.
/// </summary>
/// <param name="Limits">The limits.</param>
/// <param name="Models">The figures of each model, by its name and precision as in <c>resnet18 (Int8)</c>.</param>
public sealed record Baseline(GateLimits Limits, ImmutableSortedDictionary<string, BaselineFigures> Models)
{
    private static readonly JsonSerializerOptions _json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        WriteIndented = true,
        NewLine = "\n",
    };

    /// <summary>A baseline without limits and models.</summary>
    public static Baseline Empty { get; } = new(GateLimits.None, ImmutableSortedDictionary.Create<string, BaselineFigures>(StringComparer.Ordinal));

    /// <summary>Reads a file.</summary>
    /// <exception cref="QuantPSException">
    /// <c>BaselineNotFound</c>: it is not there. <c>BaselineUnreadable</c>: it is no baseline, or a newer one. <c>GateUnknown</c>: a limit has
    /// no gate.
    /// </exception>
    public static Baseline Read(string path)
    {
        if (!File.Exists(path)) throw new QuantPSException("BaselineNotFound", $"There is no baseline '{path}'. Export-QuantModelBaseline writes one.", path);
        using JsonDocument document = JsonFile.Read(path, "BaselineUnreadable");
        try
        {
            var file = document.Deserialize<Contents>(_json);
            if (file is not { Version: 1, Models: not null } || file.Models.ContainsValue(null!))
                throw new JsonException("it is not one of version 1.");
            return new Baseline(
                new GateLimits(GateLimits.Empty.SetItems(file.Limits ?? []), GateLimits.Empty.SetItems(file.SoftLimits ?? [])),
                Empty.Models.SetItems(file.Models));
        }
        catch (JsonException e)
        {
            throw new QuantPSException("BaselineUnreadable", $"'{path}' is not a baseline: {PlainText.Of(e.Message)}", path, e);
        }
    }

    /// <summary>The text of the file.</summary>
    public string ToJson() => JsonSerializer.Serialize(new Contents(1, new(Limits.Hard), new(Limits.Soft), new(Models, StringComparer.Ordinal)), _json) + "\n";

    /// <summary>Writes the file, whole or not at all.</summary>
    /// <exception cref="QuantPSException"><c>CheckpointNotWritten</c>: the folder is not there, the disk is full, or the user may not.</exception>
    public void Write(string path) => Checkpoint.WriteFile(path, stream => stream.Write(Encoding.UTF8.GetBytes(ToJson())));

    /// <summary>This baseline with the figures of a model in place of what was there.</summary>
    public Baseline With(ModelComparison model) => this with { Models = Models.SetItem(model.Candidate.ToString(), BaselineFigures.Of(model)) };

    /// <summary>What was accepted of a model; null where nothing was.</summary>
    /// <param name="model">What was measured of the model now.</param>
    /// <exception cref="QuantPSException"><c>BaselineMismatch</c>: its accuracy or perplexity was measured on other data.</exception>
    public BaselineFigures? Of(ModelComparison model)
    {
        if (!Models.TryGetValue(model.Candidate.ToString(), out BaselineFigures? figures)) return null;
        if (figures.Data is not null && model.Candidate.MeasuredOn is { } now && (figures.Data != now.Data || figures.Count != now.Count))
            throw new QuantPSException("BaselineMismatch",
                $"The baseline of {PlainText.Of(model.Candidate.ToString())} was measured on {figures.Count} of '{PlainText.Of(figures.Data ?? "")}', and these are " +
                $"{now.Count} of '{PlainText.Of(now.Data)}'. Measure on the same data, or write the baseline anew with Export-QuantModelBaseline.", figures);
        return figures;
    }

    private sealed record Contents(int Version, SortedDictionary<string, double>? Limits, SortedDictionary<string, double>? SoftLimits, SortedDictionary<string, BaselineFigures>? Models);
}
