namespace QuantPS.Engine.Kernels;

/// <summary>Walks the output pixels of a batch in the order of memory.</summary>
internal struct PixelCursor
{
    private readonly int _height;
    private readonly int _width;

    public PixelCursor(in ConvGeometry geometry, int pixel)
    {
        (_height, _width) = (geometry.OutputHeight, geometry.OutputWidth);
        (Sample, pixel) = Math.DivRem(pixel, _height * _width);
        (Row, Column) = Math.DivRem(pixel, _width);
    }

    public int Sample { get; private set; }

    public int Row { get; private set; }

    public int Column { get; private set; }

    public void Next()
    {
        if (++Column < _width) return;
        Column = 0;
        if (++Row < _height) return;
        Row = 0;
        Sample++;
    }
}
