using Microsoft.ML.Runtime;
using Microsoft.ML.Snip.Formats.Model;

namespace Microsoft.ML.Snip.DataViews.Persistence;

/// <summary>The model inside an ML.NET model zip: the column names, then the model file as one stream.</summary>
internal static class ModelPersistence
{
    /// <summary>The name of the loader in saved models; it must never change.</summary>
    public const string LoaderSignature = "SnipImageClassifier";

    public static void Save(ModelSaveContext context, ColumnNames columns, SnipModel model)
    {
        context.CheckAtModel();
        context.SetVersionInfo(Version());
        context.SaveNonEmptyString(columns.Image);
        context.SaveNonEmptyString(columns.PredictedLabel);
        context.SaveNonEmptyString(columns.Score);
        context.SaveBinaryStream(ZippedModel.StreamName, writer => ModelFile.Write(writer.BaseStream, model));
    }

    /// <exception cref="FormatException">The stored data are not a model of this library, or are damaged.</exception>
    public static (ColumnNames Columns, SnipModel Model) Load(IHostEnvironment environment, ModelLoadContext context)
    {
        context.CheckAtModel(Version());
        var columns = new ColumnNames(context.LoadNonEmptyString(), context.LoadNonEmptyString(), context.LoadNonEmptyString());
        SnipModel? model = null;
        if (!context.TryLoadBinaryStream(ZippedModel.StreamName, reader => model = ModelFile.Read(reader.BaseStream)) || model is null)
        {
            throw environment.ExceptDecode($"The saved transformer has no stream '{ZippedModel.StreamName}'.");
        }

        return (columns, model);
    }

    /// <summary>Uses the assembly's simple name, so that a model saved by a later version of the assembly still finds its loader.</summary>
    private static VersionInfo Version() => new(
        modelSignature: "SNIPIMGC",
        verWrittenCur: 0x00010001,
        verReadableCur: 0x00010001,
        verWeCanReadBack: 0x00010001,
        loaderAssemblyName: typeof(ModelPersistence).Assembly.GetName().Name,
        loaderSignature: LoaderSignature);
}
