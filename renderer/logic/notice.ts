import type { Notice } from '../../contract/entities.ts';
import { t } from '../text/index.ts';

export function noticeText(notice: Notice, runName: string | undefined): string {
  return t(`notices.${notice.kind}`, { run: runName ?? t('notices.goneRun') });
}
