namespace QuantPS.Engine.Execution;

/// <summary>Writes the elements of a value that is the same in every run to its place, once.</summary>
internal static unsafe class ConstantValue
{
    public static void Write(Value value)
    {
        if (value.Constant is not { } elements) return;
        if (!value.ChannelsLast)
        {
            elements.CopyTo(new Span<float>(value.Floats, elements.Length));
            return;
        }
        (int channels, int pixels) = (value.Shape[1], value.Shape[2] * value.Shape[3]);
        for (int c = 0; c < channels; c++)
            for (int p = 0; p < pixels; p++)
                value.Floats[p * channels + c] = elements[c * pixels + p];
    }
}
