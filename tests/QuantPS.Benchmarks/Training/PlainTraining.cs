using System.Diagnostics;
using QuantPS.Data;
using QuantPS.Torch.Native;
using QuantPS.Training;
using TorchSharp;

namespace QuantPS.Benchmarks.Training;

/// <summary>A training loop as one writes it with TorchSharp, on the same images in the same order.</summary>
internal static class PlainTraining
{
    static PlainTraining() => TorchNatives.Load().Attach(typeof(torch).Assembly);

    /// <summary>The seconds of one epoch of SGD.</summary>
    public static double Epoch(ImageDataset images, TrainingOptions options)
    {
        torch.set_num_threads(options.Threads!.Value);
        using var network = new PlainResNet();
        network.train();
        using var optimizer = torch.optim.SGD(network.parameters(), options.LearningRate, options.Momentum, weight_decay: options.WeightDecay);
        long start = Stopwatch.GetTimestamp();
        double sum = 0;
        long right = 0;
        foreach (ImageBatch batch in new BatchReader(images.Shuffle(options.Seed), Preprocessing.Cifar, [3, 32, 32], options.BatchSize) { Augmentation = options.Augmentation })
        {
            using DisposeScope scope = torch.NewDisposeScope();
            torch.Tensor input = torch.tensor(batch.Input.ToArray(), [batch.Count, 3, 32, 32]);
            torch.Tensor labels = torch.tensor(Array.ConvertAll(batch.Labels.ToArray(), label => (long)label));
            optimizer.zero_grad();
            torch.Tensor scores = network.call(input);
            torch.Tensor loss = torch.nn.functional.cross_entropy(scores, labels);
            loss.backward();
            optimizer.step();
            sum += loss.item<float>();
            right += (scores.argmax(1) == labels).sum().item<long>();
        }
        if (!double.IsFinite(sum) || right == 0) throw new InvalidDataException("The plain training learned nothing.");
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }
}
