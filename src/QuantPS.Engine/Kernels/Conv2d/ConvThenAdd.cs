namespace QuantPS.Engine.Kernels;

/// <summary>A convolution, and an add of its codes and other ones, in their place, while they are in the cache.</summary>
/// <param name="conv">The convolution, which says what its units write.</param>
/// <param name="add">The add; its units are elements.</param>
internal sealed unsafe class ConvThenAdd(Kernel conv, Kernel add) : Kernel($"{conv.Name}_add", Int8, conv.InstructionSet)
{
    public override int ScratchBytes => conv.ScratchBytes;

    public override int Grain => conv.Grain;

    public override int Alignment => conv.Alignment;

    public override int Units(int batch) => conv.Units(batch);

    public override void Begin(int batch) => conv.Begin(batch);

    public override void Run(int first, int end, byte* scratch)
    {
        var regions = (IRegionKernel)conv;
        while (first < end)
        {
            int next = first + regions.RegionUnits(first, end);
            conv.Run(first, next, scratch);
            OutputRegion region = regions.RegionOf(first, next);
            if (region.Length == region.Stride) region = OutputRegion.Of(region.Start, region.Start + region.Rows * region.Length);
            for (int row = 0; row < region.Rows; row++)
            {
                int start = region.Start + row * region.Stride;
                add.Run(start, start + region.Length, scratch);
            }
            first = next;
        }
    }

    public override void Dispose()
    {
        conv.Dispose();
        add.Dispose();
    }
}
