namespace QuantPS.Engine.Kernels;

/// <summary>
/// The columns of a weight matrix in panels: of each group, panels of 16 output channels and, where at most 8 are left, one of 8. What
/// is left over is filled up with zeros.
/// </summary>
internal sealed class PanelLayout
{
    public const int Wide = 16;
    public const int Narrow = 8;

    /// <param name="Group">The group.</param>
    /// <param name="Channel">The first output channel.</param>
    /// <param name="Columns">The number of output channels, without the filling.</param>
    /// <param name="Width">The number of columns with the filling: 16 or 8.</param>
    /// <param name="Start">The columns with filling in the panels before it.</param>
    internal readonly record struct Panel(int Group, int Channel, int Columns, int Width, int Start);

    public PanelLayout(in ConvGeometry geometry)
    {
        PerGroup = (geometry.GroupOutputs + Wide - 1) / Wide;
        Panels = new Panel[geometry.Groups * PerGroup];
        for (int group = 0, panel = 0; group < geometry.Groups; group++)
            for (int done = 0; done < geometry.GroupOutputs; done += Wide)
            {
                int columns = Math.Min(Wide, geometry.GroupOutputs - done);
                int width = columns > Narrow ? Wide : Narrow;
                Panels[panel++] = new(group, group * geometry.GroupOutputs + done, columns, width, Columns);
                Columns += width;
            }
    }

    public Panel[] Panels { get; }

    /// <summary>The panels of a group.</summary>
    public int PerGroup { get; }

    /// <summary>All columns with the filling.</summary>
    public int Columns { get; }

    /// <summary>The output channel of each column; -1 for the filling.</summary>
    public int[] Channels()
    {
        var channels = new int[Columns];
        Array.Fill(channels, -1);
        foreach (Panel panel in Panels)
            for (int i = 0; i < panel.Columns; i++) channels[panel.Start + i] = panel.Channel + i;
        return channels;
    }

    /// <summary>Numbers for each output channel, each where its column is; the filling is zero.</summary>
    public T[] Spread<T>(T[] perChannel) where T : struct
    {
        var spread = new T[Columns];
        foreach (Panel panel in Panels) Array.Copy(perChannel, panel.Channel, spread, panel.Start, panel.Columns);
        return spread;
    }
}
