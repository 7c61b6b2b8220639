namespace QuantPS.Engine.Kernels;

/// <summary>A chunk of channels of one or two output rows, and what it needs.</summary>
internal unsafe struct DepthwiseChunk
{
    /// <summary>The first channel.</summary>
    public nint Channel;
    /// <summary>The bytes of the columns of padding on the left, as if they were there.</summary>
    public nint LeftBytes;
    /// <summary>The bytes of the columns inside the image.</summary>
    public nint InsideBytes;
    /// <summary>The bytes from an input pixel to the next.</summary>
    public nint PixelBytes;
    /// <summary>What padding is made of.</summary>
    public byte ZeroPoint;
    /// <summary>The interleaved columns, four vectors each, from the first of the first pixel on.</summary>
    public byte* Columns;
    /// <summary>The bytes from the columns of a pixel to those of the next.</summary>
    public nint Step;
    /// <summary>The bytes from a pixel's first column to each of those that it multiplies.</summary>
    public nint* Taps;
    public nint TapCount;
    /// <summary>The weights by tap and output row.</summary>
    public byte* Weights;
    /// <summary>The output rows that there are weights for.</summary>
    public nint WeightRows;
    public byte* Numbers;
    public CodeConstants Constants;
    /// <summary>Where the codes of the first output row go, all of the chunk's.</summary>
    public byte* Output;
    /// <summary>The bytes from an output pixel to the next.</summary>
    public nint Pitch;
    /// <summary>The bytes from an output row to the next.</summary>
    public nint RowPitch;
    /// <summary>The pixels of an output row.</summary>
    public nint Pixels;
}
