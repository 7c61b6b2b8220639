using QuantPS.Engine.Execution;

namespace QuantPS.Engine.Kernels;

/// <summary>
/// Goes through two values together. A unit is an element, or a pixel where the right value has one number a channel.
/// </summary>
internal abstract unsafe class MultiplyKernel(Value left, Value right, Value output, string precision, InstructionSet instructionSet)
    : Kernel("mul", precision, instructionSet)
{
    private readonly int _size = output.Element.Size();
    private readonly bool _spreads = !right.Shape.Equals(output.Shape);

    public override int Grain => _spreads ? 1 + 16384 / output.Run : 16384;

    public override int Alignment => _spreads ? 1 : 64;

    public override int Units(int batch) => batch * (_spreads ? output.Elements / output.Run : output.Elements);

    public override void Run(int first, int end, byte* scratch)
    {
        if (!_spreads)
        {
            nint start = (nint)first * _size;
            Multiply(left.Address + start, right.Address + start, output.Address + start, end - first);
            return;
        }
        nint run = (nint)output.Run * _size;
        int pixels = output.Elements / output.Run;
        for (int pixel = first; pixel < end; pixel++)
            Multiply(left.Address + pixel * run, right.Address + pixel / pixels * run, output.Address + pixel * run, output.Run);
    }

    /// <summary>Multiplies elements that lie alike.</summary>
    protected abstract void Multiply(byte* left, byte* right, byte* to, int count);
}
