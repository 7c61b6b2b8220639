using QuantPS.Training;

namespace QuantPS.Benchmarks.Training;

/// <summary>Something to train for int8.</summary>
internal interface IQatTask
{
    /// <summary>The name on the command line.</summary>
    string Name { get; }

    /// <summary>What it trains, in a few words.</summary>
    string Description { get; }

    /// <summary>The settings, but for seed and threads.</summary>
    TrainingOptions Options { get; }

    /// <summary>Trains with each seed, and prints a line for each result as it comes.</summary>
    /// <param name="weights">The file of the trained ResNet-20.</param>
    /// <param name="data">The images.</param>
    /// <param name="options">The settings to take.</param>
    /// <param name="seeds">The seeds.</param>
    void Run(string weights, TrainingData data, TrainingOptions options, ulong[] seeds);
}
