namespace QuantPS.Data;

/// <summary>How the colours of one image change: brightness, then contrast, then saturation, as torchvision's functions of these names do.</summary>
/// <param name="Brightness">What every level is multiplied by.</param>
/// <param name="Contrast">What the distance from the image's mean grey is multiplied by.</param>
/// <param name="Saturation">What the distance from the pixel's own grey is multiplied by.</param>
internal sealed record ColorChange(float Brightness, float Contrast, float Saturation)
{
    /// <summary>The image in its new colours.</summary>
    public RgbImage Apply(RgbImage image)
    {
        byte[] pixels = [.. image.Pixels];
        foreach (ref byte level in pixels.AsSpan()) level = Level(level * Brightness);
        long greys = 0;
        for (int i = 0; i < pixels.Length; i += 3) greys += Grey(pixels, i);
        int mean = (int)((double)greys / (pixels.Length / 3) + 0.5);
        foreach (ref byte level in pixels.AsSpan()) level = Level(mean + (level - mean) * Contrast);
        for (int i = 0; i < pixels.Length; i += 3)
        {
            int grey = Grey(pixels, i);
            foreach (ref byte level in pixels.AsSpan(i, 3)) level = Level(grey + (level - grey) * Saturation);
        }
        return new RgbImage(image.Width, image.Height, pixels);
    }

    // PIL's convert("L").
    private static int Grey(byte[] pixels, int at) => (pixels[at] * 19595 + pixels[at + 1] * 38470 + pixels[at + 2] * 7471 + 0x8000) >> 16;

    private static byte Level(float value) => (byte)Math.Clamp(value, 0f, 255f);
}
