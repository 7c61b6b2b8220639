namespace QuantPS.Tests.Checkpoints.Published;

/// <summary>
/// Fills a state dict with what PyTorch's modules put there, module by module; the numbers are made up, and each is another. Sources:
/// torch/ao/nn/quantized/modules, torch/ao/nn/intrinsic/qat/modules/conv_fused.py, torch/ao/quantization/fake_quantize.py.
/// </summary>
internal sealed class TorchModules
{
    private int _made;

    public TorchModules() => State.Module("");

    public TorchStateDict State { get; } = new();

    /// <summary>Whether convolutions have a scale for each channel, as fbgemm's have.</summary>
    public bool PerChannel { get; init; } = true;

    /// <summary>Whether scales and zero points of channels are tensors, or lists as at first.</summary>
    public bool QuantizersAreTensors { get; init; } = true;

    public void Containers(params ReadOnlySpan<string> paths)
    {
        foreach (string path in paths) State.Module(path);
    }

    public void Float(string key, params int[] sizes)
    {
        var values = new float[Count(sizes)];
        for (int i = 0, step = ++_made % 1000; i < values.Length; i++, step = (step + 7) % 1000) values[i] = (step - 500) * 0.001f;
        State[key] = pickle => pickle.Tensor<float>("FloatStorage", sizes, values);
    }

    public void Number(string key, float value, params int[] sizes) => State[key] = pickle => pickle.Tensor("FloatStorage", sizes, value);

    public void Number(string key, long value, params int[] sizes) => State[key] = pickle => pickle.Tensor("LongStorage", sizes, value);

    public void Number(string key, int value, params int[] sizes) => State[key] = pickle => pickle.Tensor("IntStorage", sizes, value);

    public void Number(string key, byte value, params int[] sizes) => State[key] = pickle => pickle.Tensor("ByteStorage", sizes, value);

    /// <summary>A quantized convolution, with or without ReLU, and the Identities that fusing leaves.</summary>
    public void QuantizedConv(string path, int[] sizes, int? version = 1, params ReadOnlySpan<string> identities)
    {
        State.Module(path, version);
        State[$"{path}.weight"] = QInt8(sizes, PerChannel);
        Float($"{path}.bias", sizes[0]);
        Output(path);
        Containers(identities);
    }

    /// <summary>A quantized linear layer in one of the three layouts that it has had.</summary>
    public void QuantizedLinear(string path, int outputs, int inputs, int version)
    {
        State.Module(path, version);
        Output(path);
        Action<TorchPickle> weight = QInt8([outputs, inputs], PerChannel);
        float[] values = [.. Enumerable.Range(0, outputs).Select(i => i * 0.01f)];
        Action<TorchPickle> bias = pickle => pickle.Tensor<float>("FloatStorage", [outputs], values);
        if (version == 1)
        {
            State[$"{path}.weight"] = weight;
            State[$"{path}.bias"] = bias;
            return;
        }
        State.Module($"{path}._packed_params", version);
        State[$"{path}._packed_params.dtype"] = pickle => pickle.Global("torch", "qint8");
        if (version == 2)
        {
            State[$"{path}._packed_params.weight"] = weight;
            State[$"{path}._packed_params.bias"] = bias;
        }
        else
        {
            State[$"{path}._packed_params._packed_params"] = pickle => pickle.Tuple(weight, bias);
        }
    }

    /// <summary>A <c>QFunctional</c>, which keeps the place of an observer.</summary>
    public void QuantizedFunctional(string path)
    {
        State.Module(path);
        Output(path);
        State.Module($"{path}.activation_post_process");
    }

    /// <summary>A quantized Hardswish, whose numbers are buffers.</summary>
    public void QuantizedHardswish(string path)
    {
        State.Module(path);
        Output(path);
    }

    /// <summary>The two stubs.</summary>
    public void QuantizedStubs()
    {
        State.Module("quant");
        Number("quant.scale", 0.0375f, 1);
        Number("quant.zero_point", 57L, 1);
        State.Module("dequant");
    }

    /// <summary>A convolution in training whose normalization is part of it.</summary>
    public void TrainedConv(string path, int[] sizes, int version = 2, params ReadOnlySpan<string> identities)
    {
        State.Module(path, version);
        Float($"{path}.weight", sizes);
        string norm = version == 1 ? path : $"{path}.bn";
        if (version > 1) State.Module(norm, 2);
        Float($"{norm}.{(version == 1 ? "gamma" : "weight")}", sizes[0]);
        Float($"{norm}.{(version == 1 ? "beta" : "bias")}", sizes[0]);
        Float($"{norm}.running_mean", sizes[0]);
        State[$"{norm}.running_var"] = pickle => pickle.Tensor<float>("FloatStorage", [sizes[0]], [.. Enumerable.Repeat(1.25f, sizes[0])]);
        Number($"{norm}.num_batches_tracked", 1234L);
        Trained(path, sizes[0]);
        Containers(identities);
    }

    /// <summary>A convolution or a linear layer in training, with bias.</summary>
    public void TrainedWithBias(string path, int[] sizes, params ReadOnlySpan<string> identities)
    {
        State.Module(path);
        Float($"{path}.weight", sizes);
        Float($"{path}.bias", sizes[0]);
        Trained(path, sizes[0]);
        Containers(identities);
    }

    /// <summary>A fake quantizer of an activation.</summary>
    public void FakeQuantizer(string path, float minimum = -1.5f, float maximum = 2.25f)
    {
        State.Module(path);
        State.Module($"{path}.activation_post_process", 3);
        Switches(path);
        float scale = (MathF.Max(maximum, 0) - MathF.Min(minimum, 0)) / 255;
        Number($"{path}.scale", scale, 1);
        Number($"{path}.zero_point", -(int)MathF.Round(MathF.Min(minimum, 0) / scale), 1);
        Number($"{path}.activation_post_process.eps", 1.1920929e-7f, 1);
        Number($"{path}.activation_post_process.min_val", minimum);
        Number($"{path}.activation_post_process.max_val", maximum);
    }

    /// <summary>
    /// The fake quantizer of a Hardsigmoid, whose scale is fixed; at first without, later with what its observer repeats. Training sets the
    /// scale that it was made with.
    /// </summary>
    public void FixedQuantizer(string path, bool repeats)
    {
        State.Module(path);
        Switches(path);
        Number($"{path}.scale", 1 / 256f, 1);
        Number($"{path}.zero_point", 0, 1);
        if (!repeats) return;
        State.Module($"{path}.activation_post_process", 3);
        Number($"{path}.activation_post_process.scale", 1 / 256f, 1);
        Number($"{path}.activation_post_process.zero_point", 0, 1);
    }

    /// <summary>A functional in training; one that nothing runs through has seen no range.</summary>
    public void TrainedFunctional(string path, bool isUsed = true)
    {
        State.Module(path);
        if (isUsed) FakeQuantizer($"{path}.activation_post_process", maximum: 1 + ++_made % 50 * 0.125f);
        else FakeQuantizer($"{path}.activation_post_process", float.PositiveInfinity, float.NegativeInfinity);
        if (!isUsed) Number($"{path}.activation_post_process.scale", 1f, 1);
        if (!isUsed) Number($"{path}.activation_post_process.zero_point", 0, 1);
    }

    private void Trained(string path, int channels)
    {
        string weight = $"{path}.weight_fake_quant";
        State.Module(weight);
        State.Module($"{weight}.activation_post_process", PerChannel ? 2 : 3);
        Switches(weight);
        float[] bounds = [.. Enumerable.Range(0, PerChannel ? channels : 1).Select(i => 0.25f + i % 8 * 0.0625f)];
        int[] sizes = PerChannel ? [channels] : [];
        string plural = PerChannel ? "s" : "";
        State[$"{weight}.scale"] = pickle => pickle.Tensor<float>("FloatStorage", [bounds.Length], [.. bounds.Select(bound => bound / 127.5f)]);
        State[$"{weight}.zero_point"] = pickle => pickle.Tensor<int>("IntStorage", [bounds.Length], new int[bounds.Length]);
        State[$"{weight}.activation_post_process.min_val{plural}"] = pickle => pickle.Tensor<float>("FloatStorage", sizes, [.. bounds.Select(bound => -bound)]);
        State[$"{weight}.activation_post_process.max_val{plural}"] = pickle => pickle.Tensor<float>("FloatStorage", sizes, [.. bounds.Select(bound => bound / 2)]);
        FakeQuantizer($"{path}.activation_post_process", maximum: 1 + ++_made % 50 * 0.125f);
    }

    private void Switches(string path)
    {
        Number($"{path}.fake_quant_enabled", (byte)1, 1);
        Number($"{path}.observer_enabled", (byte)0, 1);
    }

    private void Output(string path)
    {
        Number($"{path}.scale", 0.01f + ++_made % 100 * 0.001f);
        Number($"{path}.zero_point", (long)(_made % 128));
    }

    private Action<TorchPickle> QInt8(int[] sizes, bool perChannel)
    {
        int seed = ++_made;
        var codes = new sbyte[Count(sizes)];
        for (int i = 0, code = seed % 255; i < codes.Length; i++, code = (code + 31) % 255) codes[i] = (sbyte)(code - 127);
        double[] scales = [.. Enumerable.Range(0, perChannel ? sizes[0] : 1).Select(i => 0.001 + i % 16 * 0.0001)];
        return pickle => pickle.Quantized(sizes, codes, quantizer =>
        {
            if (!perChannel)
                quantizer.Tuple(q => q.Global("torch", "per_tensor_affine"), q => q.Float(scales[0]), q => q.Int(0));
            else if (QuantizersAreTensors)
                quantizer.Tuple(q => q.Global("torch", "per_channel_affine"), q => q.Tensor<double>("DoubleStorage", [scales.Length], scales),
                    q => q.Tensor<long>("LongStorage", [scales.Length], new long[scales.Length]), q => q.Int(0));
            else
                quantizer.Tuple(q => q.Global("torch", "per_channel_affine"), q => q.List([.. scales.Select(scale => (Action<TorchPickle>)(p => p.Float(scale)))]),
                    q => q.List([.. scales.Select(_ => (Action<TorchPickle>)(p => p.Int(0)))]), q => q.Int(0));
        });
    }

    private static int Count(int[] sizes) => sizes.Aggregate(1, (count, size) => count * size);
}
