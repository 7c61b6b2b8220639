namespace QuantPS.Data.Samples;

/// <summary>A shape in its place.</summary>
/// <param name="Distance">The shape's signed distance, for a radius of 1.</param>
/// <param name="Color">Its colour.</param>
/// <param name="CenterX">Its centre, in pixels from the left.</param>
/// <param name="CenterY">Its centre, in pixels from the top.</param>
/// <param name="Radius">Its radius in pixels.</param>
/// <param name="Cos">The cosine of its turn.</param>
/// <param name="Sin">The sine of its turn.</param>
internal readonly record struct Layer(
    Func<double, double, double> Distance, Color Color, double CenterX, double CenterY, double Radius, double Cos, double Sin)
{
    /// <summary>How much of a pixel the shape covers, by how far the pixel's centre lies from the outline.</summary>
    public double CoverageAt(int x, int y)
    {
        double fromX = (x + 0.5 - CenterX) / Radius, fromY = (CenterY - y - 0.5) / Radius;
        return Math.Clamp(0.5 - Radius * Distance(fromX * Cos + fromY * Sin, fromY * Cos - fromX * Sin), 0, 1);
    }
}
