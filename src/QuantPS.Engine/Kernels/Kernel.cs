using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// The work of one step, cut into units that are independent of each other: pixels, rows or elements of the output. A kernel knows the
/// memory that it reads and writes, and holds its weights as it wants them.
/// </summary>
internal abstract unsafe class Kernel(string name, string precision, InstructionSet instructionSet) : IDisposable
{
    public const string Int8 = "int8";
    public const string Float32 = "float32";
    public const string Int64 = "int64";

    public string Name { get; } = name;

    public string Precision { get; } = precision;

    public InstructionSet InstructionSet { get; } = instructionSet;

    /// <summary>The bytes of scratch memory that a thread needs while it runs units.</summary>
    public virtual int ScratchBytes => 0;

    /// <summary>The smallest number of units worth handing to another thread: some microseconds of work.</summary>
    public virtual int Grain => 1;

    /// <summary>Units are handed out in multiples of this, but for the last.</summary>
    public virtual int Alignment => 1;

    /// <summary>Says how large the run is, before anything else is asked: for kernels that must know samples and steps apart.</summary>
    public virtual void Prepare(RunSize size) { }

    /// <summary>How many units a batch has.</summary>
    /// <param name="batch">The rows of the output: the samples, or the steps of all samples where it is a sequence.</param>
    public abstract int Units(int batch);

    /// <summary>What must be done once, before the units.</summary>
    /// <param name="batch">The rows of the output.</param>
    public virtual void Begin(int batch) { }

    /// <summary>How many times the units run, each pass on what the one before gave: the steps of a recurrent network.</summary>
    public virtual int Passes => 1;

    /// <summary>What must be done once before the units of a pass, of which <see cref="Units"/>, <see cref="Grain"/> and <see cref="Alignment"/> are then asked.</summary>
    public virtual void BeginPass(int pass) { }

    /// <summary>What must be done once behind the units of a pass.</summary>
    public virtual void EndPass(int pass) { }

    /// <summary>Runs units; on several threads at once.</summary>
    /// <param name="first">The first unit.</param>
    /// <param name="end">The unit after the last.</param>
    /// <param name="scratch">Memory of this thread alone.</param>
    public abstract void Run(int first, int end, byte* scratch);

    public virtual void Dispose() { }
}
