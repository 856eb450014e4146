import type { MediaContent } from '../../contract/media.ts';
import type { EventItem } from '../../tracking/index.ts';
import { type EventMessage, readEvent, type SummaryValue } from './event-message.ts';
import { readHparams } from './hparams.ts';
import { type ImageBytes, readHistogram, readHistogramTensor, readImage, readImages, readText } from './media.ts';
import { readTensor } from './tensor.ts';

/** What an event says, in the order in which it says it; the content of media is read when it is asked for. */
export type OpenItem = Exclude<EventItem, { kind: 'media' }> | OpenMedia;
type OpenMedia = EventItem & { kind: 'media' } & { content(): MediaContent };

/**
 * @param plugins the plugin of each tag that is known so far: TensorFlow 2 names it with a tag's first value only. Gains what is new
 * @throws MalformedMessage
 */
export function eventItems(message: Buffer, plugins: Map<string, string>): OpenItem[] {
  const event = readEvent(message);
  const items: OpenItem[] = event.other === undefined ? [] : [{ kind: 'skipped', what: event.other }];
  for (const value of event.values) {
    if (value.plugin !== undefined && value.plugin !== '' && !plugins.has(value.tag)) {
      plugins.set(value.tag, value.plugin);
    }
    items.push(...valueItems(event, value, plugins.get(value.tag)));
  }
  return items;
}

function valueItems(event: EventMessage, value: SummaryValue, plugin: string | undefined): OpenItem[] {
  const { step } = event;
  const place = { tag: value.tag, step, time: Math.round(event.wallTime * 1e6) };
  const { simple, image, histogram, tensor, other } = value;
  if (simple !== undefined) return [{ kind: 'scalar', ...place, value: simple }];
  if (image) return [{ kind: 'media', media: 'image', ...place, content: () => imageContent(readImage(image)) }];
  if (histogram) {
    return [{ kind: 'media', media: 'histogram', ...place, content: () => histogramContent(readHistogram(histogram)) }];
  }
  if (other !== undefined) return [{ kind: 'skipped', what: other }];
  if (plugin === 'hparams') return hparamItems(value, place.time);
  return tensor ? tensorItems(tensor, plugin, place) : [];
}

function hparamItems({ pluginContent }: SummaryValue, time: number): OpenItem[] {
  const values = pluginContent && readHparams(pluginContent);
  return values ? [{ kind: 'params', time, values }] : [];
}

function tensorItems(
  tensor: Buffer,
  plugin: string | undefined,
  place: { tag: string; step: number; time: number },
): OpenItem[] {
  switch (plugin) {
    case 'scalars': {
      const { numbers } = readTensor(tensor);
      const [value] = numbers;
      if (value === undefined || numbers.length !== 1) return [{ kind: 'skipped', what: plugin }];
      return [{ kind: 'scalar', ...place, value }];
    }
    case 'images':
      return readImages(tensor).map((image) => ({
        kind: 'media',
        media: 'image',
        ...place,
        content: () => imageContent(image),
      }));
    case 'histograms':
      return [
        { kind: 'media', media: 'histogram', ...place, content: () => histogramContent(readHistogramTensor(tensor)) },
      ];
    case 'text':
      return [{ kind: 'media', media: 'text', ...place, content: () => ({ kind: 'text', text: readText(tensor) }) }];
    default:
      return [{ kind: 'skipped', what: plugin ?? 'tensor' }];
  }
}

function imageContent(image: ImageBytes): MediaContent {
  return { kind: 'image', ...image };
}

function histogramContent(histogram: ReturnType<typeof readHistogram>): MediaContent {
  return { kind: 'histogram', histogram };
}
