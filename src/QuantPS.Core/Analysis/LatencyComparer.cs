using System.Diagnostics;
using QuantPS.Engine;
using QuantPS.Engine.Execution;

namespace QuantPS.Analysis;

/// <summary>
/// Times two models in turns: what slows the machine for a while slows both, and the ratio of a round stays what it is. Each round takes
/// the median of several runs of each model, and the order changes from round to round.
/// </summary>
public static class LatencyComparer
{
    private const int WarmUpRuns = 3;

    /// <summary>Measures how long a run of a candidate takes, compared with a reference, for one input: of a sequence, 128 steps or as many as the network takes.</summary>
    /// <param name="reference">The model to compare with.</param>
    /// <param name="candidate">The model to measure.</param>
    /// <param name="duration">The time that all rounds may take together; each runs every model at least once.</param>
    /// <param name="rounds">The number of rounds, at least 1; from 6 on the range is 95 % sure, and below 5 it says nothing.</param>
    /// <param name="threads">The number of threads of a run.</param>
    /// <param name="progress">Told the number of rounds done.</param>
    /// <param name="cancel">Stops it.</param>
    public static LatencyComparison Measure(QuantModel reference, QuantModel candidate, TimeSpan duration, int rounds = 15, int threads = 1,
        IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rounds, 1);
        using var first = new Runner(reference, threads);
        using var second = new Runner(candidate, threads);
        double both = first.Time(WarmUpRuns, cancel) + second.Time(WarmUpRuns, cancel);
        int runs = (int)Math.Clamp(duration.TotalMilliseconds / rounds / both, 1, 1000);

        var ratios = new double[rounds];
        double[] referenceMs = new double[rounds], candidateMs = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            if (round % 2 == 0) referenceMs[round] = first.Time(runs, cancel);
            candidateMs[round] = second.Time(runs, cancel);
            if (round % 2 != 0) referenceMs[round] = first.Time(runs, cancel);
            ratios[round] = candidateMs[round] / referenceMs[round];
            progress?.Report(round + 1);
        }
        return new LatencyComparison(Median(referenceMs), Median(candidateMs), Median(ratios), ConfidenceInterval.OfMedian(ratios), rounds, rounds * runs, threads);
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return (values[(values.Length - 1) / 2] + values[values.Length / 2]) / 2;
    }

    /// <summary>A model ready to be timed on a fixed input.</summary>
    private sealed class Runner : IDisposable
    {
        private readonly CompiledGraph _compiled;
        private readonly RunBuffers _buffers;

        public Runner(QuantModel model, int threads)
        {
            GraphInput? sequence = model.Graph.Inputs.FirstOrDefault(input => input.IsSequence);
            _compiled = CompiledGraph.Compile(model.Graph, new CompileOptions
            {
                MaxLength = sequence is null ? null : Math.Min(SequenceLatency.UsualLength, sequence.Shape[0]),
                Threads = threads, Backend = model.Backend ?? QuantizationBackend.Fbgemm,
            });
            _buffers = _compiled.CreateBuffers();
            foreach (GraphPort input in _compiled.Inputs) SequenceLatency.Fill(model.Graph, input, _buffers);
        }

        /// <summary>The median time of some runs, in milliseconds.</summary>
        public double Time(int runs, CancellationToken cancel)
        {
            var times = new double[runs];
            for (int run = 0; run < runs; run++)
            {
                long start = Stopwatch.GetTimestamp();
                _compiled.Run(_buffers, 1, _compiled.MaxLength, cancel: cancel);
                times[run] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }
            return Median(times);
        }

        public void Dispose()
        {
            _buffers.Dispose();
            _compiled.Dispose();
        }
    }
}
