using System.Collections.Immutable;
using QuantPS.Checkpoints;
using QuantPS.Engine;
using QuantPS.Quantization;

namespace QuantPS.Training;

/// <summary>
/// Files of <see cref="TrainingSnapshot"/>s: a dict in PyTorch's zip format, which <c>torch.load</c> reads, too. A file appears under its
/// name, or replaces the one there, only when it is complete and on the disk.
/// </summary>
public static class TrainingCheckpoint
{
    private const string Kind = "QuantPS training, 1";

    /// <summary>Writes a file.</summary>
    /// <param name="snapshot">What is kept.</param>
    /// <param name="settings">What the training was begun with; <see cref="Read"/> compares it.</param>
    /// <param name="path">The file.</param>
    /// <exception cref="QuantPSException"><c>CheckpointNotWritten</c>.</exception>
    public static void Write(TrainingSnapshot snapshot, IReadOnlyDictionary<string, string> settings, string path)
    {
        PythonDict best = new();
        if (snapshot.Best is not null) best["network"] = OfNetwork(snapshot.Best);
        best["epoch"] = snapshot.BestEpoch;
        EpochProgress at = snapshot.Progress;
        DivergenceWatch watch = snapshot.Divergence;
        Checkpoint.Write(Dict(
            ("kind", Kind),
            ("settings", Dict([.. settings.Select(setting => (setting.Key, (object?)setting.Value))])),
            ("progress", Tuple(at.Epoch, at.Position, at.Batch, at.Images, at.Right, at.Loss, at.Seconds)),
            ("network", OfNetwork(snapshot.Network)),
            ("optimizer", OfTensors(snapshot.Optimizer)),
            ("epochs", snapshot.Epochs.Select(epoch => (object?)Tuple(epoch.Epoch, epoch.LearningRate, epoch.TrainingLoss, epoch.TrainingTop1,
                epoch.ValidationLoss, epoch.ValidationTop1, epoch.Seconds)).ToList()),
            ("best", best),
            ("divergence", Tuple(watch.Batches, watch.Smoothed, watch.First, watch.Lowest, watch.Told))), path);
    }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="settings">What the training that is to go on is begun with.</param>
    /// <exception cref="QuantPSException">
    /// <c>CheckpointMismatch</c>: it is not of a training, or of one with other settings; the message names the first that differs. And what
    /// <see cref="Checkpoint.Read(string, IProgress{long})"/> throws.
    /// </exception>
    public static TrainingSnapshot Read(string path, IReadOnlyDictionary<string, string> settings)
    {
        if (Checkpoint.Read(path) is not PythonDict root || root.Find("kind") is not Kind)
            throw Mismatch(path, "is not the checkpoint of a training. Give the file that -CheckpointPath wrote.");
        try
        {
            Compare(path, (PythonDict)root["settings"]!, settings);
            var best = (PythonDict)root["best"]!;
            PythonTuple at = (PythonTuple)root["progress"]!, watch = (PythonTuple)root["divergence"]!;
            foreach (object? place in at.Take(3)) ArgumentOutOfRangeException.ThrowIfNegative((long)place!);
            return new TrainingSnapshot
            {
                Progress = new((int)(long)at[0]!, (int)(long)at[1]!, (int)(long)at[2]!, (long)at[3]!, (long)at[4]!, (double)at[5]!, (double)at[6]!),
                Network = ToNetwork(root["network"]),
                Optimizer = ToTensors(root["optimizer"]),
                Epochs = [.. ((List<object?>)root["epochs"]!).Cast<PythonTuple>().Select(epoch => new EpochRecord(
                    (int)(long)epoch[0]!, (double)epoch[1]!, (double)epoch[2]!, (double)epoch[3]!, (double?)epoch[4], (double?)epoch[5], (double)epoch[6]!))],
                Best = best.ContainsKey("network") ? ToNetwork(best["network"]) : null,
                BestEpoch = (int?)(long?)best["epoch"],
                Divergence = new((int)(long)watch[0]!, (double)watch[1]!, (double)watch[2]!, (double)watch[3]!, (bool)watch[4]!),
            };
        }
        catch (Exception error) when (error is InvalidCastException or KeyNotFoundException or ArgumentOutOfRangeException or IndexOutOfRangeException or NullReferenceException)
        {
            throw Mismatch(path, "is not the complete checkpoint of a training.", error);
        }
    }

    private static void Compare(string path, PythonDict written, IReadOnlyDictionary<string, string> settings)
    {
        foreach (string name in settings.Keys.Union(written.Keys.Cast<string>()).Order())
        {
            (string was, string asked) = ((string?)written.Find(name) ?? "(none)", settings.GetValueOrDefault(name, "(none)"));
            if (was != asked)
                throw Mismatch(path, $"is of a training with {name} {was}, and this one has {asked}. Give the settings of then, or begin anew without -Resume.");
        }
    }

    private static PythonDict OfNetwork(NetworkState state) => Dict(
        ("state_dict", OfTensors(state.Tensors)),
        ("batches_tracked", state.BatchesTracked),
        ("observers", OfTensors(state.Ranges.ToImmutableDictionary(range => range.Key, range => Tensor.From<float>(
            [.. range.Value.SelectMany(channel => (float[])[channel.Minimum, channel.Maximum])], [range.Value.Length, 2])))));

    private static NetworkState ToNetwork(object? value)
    {
        var dict = (PythonDict)value!;
        return new(ToTensors(dict["state_dict"]), (long)dict["batches_tracked"]!, ToTensors(dict["observers"]).ToImmutableDictionary(
            observer => observer.Key, observer => ToRanges(observer.Value)));
    }

    private static ImmutableArray<QuantRange> ToRanges(Tensor tensor)
    {
        float[] ends = tensor.ToFloats();
        return [.. Enumerable.Range(0, ends.Length / 2).Select(channel => new QuantRange(ends[2 * channel], ends[2 * channel + 1]))];
    }

    private static PythonDict OfTensors(IReadOnlyDictionary<string, Tensor> tensors) =>
        Dict([.. tensors.OrderBy(tensor => tensor.Key, StringComparer.Ordinal).Select(tensor => (tensor.Key, (object?)tensor.Value))]);

    private static ImmutableDictionary<string, Tensor> ToTensors(object? value) =>
        ((PythonDict)value!).ToImmutableDictionary(entry => (string)entry.Key, entry => (Tensor)entry.Value!);

    private static PythonDict Dict(params ReadOnlySpan<(string Key, object? Value)> entries)
    {
        var dict = new PythonDict();
        foreach ((string key, object? value) in entries) dict[key] = value;
        return dict;
    }

    private static PythonTuple Tuple(params ReadOnlySpan<object?> values) => PythonTuple.Create(values);

    private static QuantPSException Mismatch(string path, string problem, Exception? inner = null) =>
        new("CheckpointMismatch", $"'{path}' {problem}", path, inner);
}
