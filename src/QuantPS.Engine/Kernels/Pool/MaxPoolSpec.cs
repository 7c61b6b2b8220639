using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>The largest value of each window; padding never wins.</summary>
internal sealed record MaxPoolSpec(Value Input, Value Output, Window2 Window)
{
    public int Channels => Input.Shape[1];
    public int InputHeight => Input.Shape[2];
    public int InputWidth => Input.Shape[3];
    public int OutputHeight => Output.Shape[2];
    public int OutputWidth => Output.Shape[3];
}
