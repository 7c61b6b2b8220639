using QuantPS.Engine;

namespace QuantPS.Checkpoints.Layout;

/// <summary>A state dict of an older layout brought to the present one.</summary>
internal sealed class PresentLayout
{
    private const string Weight = ".weight", Bias = ".bias", Packed = "._packed_params";
    private readonly StateDict _source;
    private readonly List<string> _missing = [];

    private PresentLayout(StateDict source)
    {
        _source = source;
        State = new StateDict();
        foreach ((string path, long? version) in source.Metadata) State.Metadata[path] = version;
        foreach ((string key, object? value) in source) Add(key, value);
    }

    /// <summary>The state dict in the present layout.</summary>
    public StateDict State { get; }

    /// <summary>The keys that the older layout should have had and did not.</summary>
    public IReadOnlyList<string> Missing => _missing;

    /// <summary>Brings a state dict to the present layout; one that is there already is copied.</summary>
    public static PresentLayout Of(StateDict state) => new(state);

    private void Add(string key, object? value)
    {
        (string owner, string leaf) = key.LastIndexOf('.') is >= 0 and int dot ? (key[..dot], key[dot..]) : ("", key);
        if (leaf is Weight && HasQuantizedMatrix(owner)) AddPacked(owner, value);
        else if (leaf is not Bias || !HasQuantizedMatrix(owner)) State[PresentName(owner, leaf)] = value;
    }

    // A quantized linear layer has its weight and its bias as one tuple from version 3 on. Version 1 kept them in the layer itself, version 2
    // in the module that is packed (torch/ao/nn/quantized/modules/linear.py).
    private void AddPacked(string owner, object? weight)
    {
        if (!_source.TryGetValue(owner + Bias, out object? bias)) _missing.Add(owner + Bias);
        string packed = owner.EndsWith(Packed, StringComparison.Ordinal) ? owner : owner + Packed;
        if (!_source.ContainsKey($"{packed}.dtype")) State[$"{packed}.dtype"] = DTypeReference.QInt8;
        State[packed + Packed] = PythonTuple.Create([weight, bias]);
    }

    // Observers of channels had other names before version 3 (torch/ao/quantization/observer.py), and convolutions in training kept their
    // normalization's parameters themselves before version 2 (torch/ao/nn/intrinsic/qat/modules/conv_fused.py).
    private string PresentName(string owner, string leaf) => leaf switch
    {
        ".min_vals" => $"{owner}.min_val",
        ".max_vals" => $"{owner}.max_val",
        ".gamma" => $"{owner}.bn{Weight}",
        ".beta" => $"{owner}.bn{Bias}",
        ".running_mean" or ".running_var" or ".num_batches_tracked" when _source.ContainsKey($"{owner}.gamma") => $"{owner}.bn{leaf}",
        _ => owner + leaf,
    };

    // Convolutions still keep their weights like this; those have four dimensions.
    private bool HasQuantizedMatrix(string owner) =>
        _source.TryGetTensor(owner + Weight, out Tensor? weight) && weight is { Element: ElementType.QInt8, Shape.Rank: 2 };
}
