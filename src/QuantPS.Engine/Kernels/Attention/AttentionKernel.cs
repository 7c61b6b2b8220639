using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>A unit is some queries of a head of a sample; their scores lie in scratch memory, and no others.</summary>
internal abstract unsafe class AttentionKernel(AttentionSpec spec, InstructionSet instructionSet)
    : Kernel("scaled_dot_product_attention", Float32, instructionSet)
{
    /// <summary>The queries of a unit.</summary>
    protected const int Queries = 32;

    private int _steps = 1;
    private int _batch;

    protected AttentionSpec Spec { get; } = spec;

    private int Blocks => (_steps + Queries - 1) / Queries;

    public override void Prepare(RunSize size) => (_batch, _steps) = (size.Batch, Spec.Output.IsSequence ? size.Length : Spec.Output.Shape[1]);

    public override int Units(int batch) => _batch * Spec.Heads * Blocks;

    public override void Run(int first, int end, byte* scratch)
    {
        for (int unit = first; unit < end; unit++)
        {
            (int sampleHead, int block) = Math.DivRem(unit, Blocks);
            (int sample, int head) = Math.DivRem(sampleHead, Spec.Heads);
            nint keys = (nint)sample * _steps * Spec.Features + head * Spec.HeadFeatures, queries = keys + (nint)block * Queries * Spec.Features;
            Attend(Spec.Query.Floats + queries, Spec.Key.Floats + keys, Spec.Content.Floats + keys,
                Spec.Mask is null ? null : (long*)Spec.Mask.Address + (nint)sample * _steps, Spec.Output.Floats + queries,
                Math.Min(Queries, _steps - block * Queries), _steps, (float*)scratch);
        }
    }

    /// <summary>Computes some queries of a head.</summary>
    /// <param name="query">The head's features of the first query; the next one's are <see cref="AttentionSpec.Features"/> behind it.</param>
    /// <param name="key">Those of the sample's first key.</param>
    /// <param name="content">Those of its first content.</param>
    /// <param name="mask">The sample's mask, or null.</param>
    /// <param name="to">Takes the head's features of the queries.</param>
    /// <param name="queries">The number of queries.</param>
    /// <param name="steps">The number of keys.</param>
    /// <param name="scratch">Memory of this thread alone.</param>
    protected abstract void Attend(float* query, float* key, float* content, long* mask, float* to, int queries, int steps, float* scratch);
}
