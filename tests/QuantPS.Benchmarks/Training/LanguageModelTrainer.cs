using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using QuantPS.Checkpoints;
using QuantPS.Engine;
using QuantPS.Torch.Native;
using TorchSharp;

namespace QuantPS.Benchmarks.Training;

/// <summary>
/// Trains the model of PyTorch's word_language_model in libtorch: an embedding, an LSTM and a decoder, with dropout between them. States are
/// carried on from segment to segment.
/// </summary>
/// <remarks>The LSTM runs in double: in float libtorch hands it to oneDNN, whose gradient now and then corrupts the heap, which ends the process.</remarks>
internal sealed class LanguageModelTrainer : IDisposable
{
    private const double InitialRange = 0.1, LargestNorm = 0.25;

    private readonly LanguageModelSettings _settings;
    private readonly (string Name, torch.nn.Module Module)[] _modules;
    private readonly TorchSharp.Modules.Embedding _encoder;
    private readonly TorchSharp.Modules.LSTM _rnn;
    private readonly TorchSharp.Modules.Linear _decoder;

    static LanguageModelTrainer() => TorchNatives.Load().Attach(typeof(torch).Assembly);

    /// <summary>A model before training.</summary>
    public LanguageModelTrainer(LanguageModelSettings settings, int tokenCount, int seed, int threads)
    {
        _settings = settings;
        torch.set_num_threads(threads);
        torch.random.manual_seed(seed);
        _encoder = torch.nn.Embedding(tokenCount, settings.EmbeddingSize);
        _rnn = torch.nn.LSTM(settings.EmbeddingSize, settings.HiddenSize, settings.Layers, batchFirst: true, dropout: settings.Layers > 1 ? settings.Dropout : 0, dtype: torch.float64);
        _decoder = torch.nn.Linear(settings.HiddenSize, tokenCount);
        _modules = [("encoder", _encoder), ("rnn", _rnn), ("decoder", _decoder)];
        torch.nn.init.uniform_(_encoder.weight!, -InitialRange, InitialRange);
        torch.nn.init.uniform_(_decoder.weight!, -InitialRange, InitialRange);
        torch.nn.init.zeros_(_decoder.bias!);
    }

    /// <summary>The parameters by their PyTorch names.</summary>
    public StateDict State
    {
        get
        {
            var state = new StateDict();
            state.Metadata.Add("", 1);
            foreach ((string name, torch.nn.Module module) in _modules)
            {
                state.Metadata.Add(name, 1);
                foreach ((string parameter, torch.Tensor tensor) in module.named_parameters()) state.Add($"{name}.{parameter}", ToManaged(tensor));
            }
            return state;
        }
    }

    /// <summary>Trains, and tells the perplexity of each epoch.</summary>
    public void Train(ImmutableArray<int> text, Action<string> tell)
    {
        using torch.Tensor columns = Columns(text);
        using var optimizer = torch.optim.Adam(_modules.SelectMany(named => named.Module.parameters()), _settings.LearningRate);
        foreach ((_, torch.nn.Module module) in _modules) module.train();
        for (int epoch = 1; epoch <= _settings.Epochs; epoch++)
        {
            if (epoch == _settings.Epochs && epoch > 1)
                foreach (torch.optim.ILearningRateController group in optimizer.ParamGroups) group.LearningRate = _settings.LearningRate / 4;
            tell(string.Create(CultureInfo.InvariantCulture, $"epoch {epoch}: training perplexity {Math.Exp(TrainEpoch(columns, optimizer)):f1}"));
        }
    }

    public void Dispose()
    {
        foreach ((_, torch.nn.Module module) in _modules) module.Dispose();
    }

    /// <summary>The text cut into as many parts as a batch has samples: (part, token).</summary>
    private torch.Tensor Columns(ImmutableArray<int> text)
    {
        int part = text.Length / _settings.BatchSize;
        using torch.Tensor tokens = torch.tensor(ImmutableCollectionsMarshal.AsArray(text)!);
        return tokens[..(part * _settings.BatchSize)].to(torch.int64).reshape(_settings.BatchSize, part);
    }

    private double TrainEpoch(torch.Tensor columns, torch.optim.Optimizer optimizer)
    {
        long[] shape = [_settings.Layers, _settings.BatchSize, _settings.HiddenSize];
        torch.Tensor hidden = torch.zeros(shape, torch.float64), cell = torch.zeros(shape, torch.float64);
        int end = (int)columns.shape[1] - 1, count = 0;
        double total = 0;
        for (int start = 0; start < end; start += _settings.Length)
        {
            using DisposeScope scope = torch.NewDisposeScope();
            int stop = Math.Min(start + _settings.Length, end);
            optimizer.zero_grad();
            torch.Tensor embedded = torch.nn.functional.dropout(_encoder.call(columns[.., start..stop]), _settings.Dropout);
            (torch.Tensor output, torch.Tensor nextHidden, torch.Tensor nextCell) = _rnn.call(embedded.to(torch.float64), (hidden, cell));
            torch.Tensor scores = _decoder.call(torch.nn.functional.dropout(output.to(torch.float32), _settings.Dropout));
            torch.Tensor loss = torch.nn.functional.cross_entropy(scores.flatten(0, 1), columns[.., (start + 1)..(stop + 1)].flatten());
            loss.backward();
            torch.nn.utils.clip_grad_norm_(_modules.SelectMany(named => named.Module.parameters()), LargestNorm);
            optimizer.step();
            hidden.Dispose();
            cell.Dispose();
            (hidden, cell) = (nextHidden.detach().MoveToOuterDisposeScope(), nextCell.detach().MoveToOuterDisposeScope());
            total += loss.item<float>() * (stop - start);
            count += stop - start;
        }
        hidden.Dispose();
        cell.Dispose();
        return total / count;
    }

    private static Tensor ToManaged(torch.Tensor tensor)
    {
        using DisposeScope scope = torch.NewDisposeScope();
        return Tensor.From<float>(tensor.detach().to(torch.float32).contiguous().data<float>().ToArray(), [.. tensor.shape.Select(size => (int)size)]);
    }
}
